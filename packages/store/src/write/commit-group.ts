import { arrayLiteral, byteaElement, nullElement, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import type { Change } from "../read/change.js";
import type { Item, ItemOutcome, ItemResult, PutItem, Write, WriteResult, WrittenVersion } from "./write.js";

/** A group as it was committed. */
export interface CommittedGroup {
  /** One for each write, in order. */
  readonly results: readonly WriteResult[];
  /** What changed, in revision order. */
  readonly changes: readonly Change[];
  /** The namespace's revision after the group. */
  readonly head: bigint;
  readonly history: string;
}

interface Row {
  readonly write: number;
  readonly id: string;
  readonly outcome: ItemOutcome | "conflict" | "withheld" | "reused";
  readonly revision: bigint;
  /** Of what was written now. */
  readonly created_revision: bigint | null;
  readonly micros: bigint;
  readonly hash: string;
  readonly replayed: boolean;
  readonly replaced_kind: string | null;
  readonly kind: string | null;
  readonly name: string | null;
  readonly type_url: string | null;
  readonly spec: Buffer | null;
}

/**
 * Commits writes to one namespace in one round trip and one transaction, each whole or not at all, independently of each
 * other. See `protomesh.commit_writes` in the migrations.
 * @param writes among them each id and each request id stands once
 */
export async function commitGroup(sql: Session, namespace: string, writes: readonly Write[]): Promise<CommittedGroup> {
  const rows = await sql.unsafe<Row[]>(statement, parametersOf(namespace, writes), { prepare: true });
  return groupOf(writes, rows);
}

const statement =
  "SELECT * FROM protomesh.commit_writes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

function parametersOf(namespace: string, writes: readonly Write[]): (string | null)[] {
  const rows = writes.flatMap(({ items }, index) => items.map((item) => ({ item, write: index + 1 })));
  const column = (element: (item: Item, write: number) => string): string =>
    arrayLiteral(rows.map(({ item, write }) => element(item, write)));
  const putColumn = (element: (item: PutItem) => string): string =>
    column((item) => (item.op === "put" ? element(item) : nullElement));
  const requests = writes.some(({ request }) => request !== undefined);
  const requestColumn = (part: "id" | "fingerprint"): string | null =>
    requests ? arrayLiteral(writes.map(({ request }) => (request ? textElement(request[part]) : nullElement))) : null;
  const authors = writes.some(({ author }) => author !== undefined);
  const alone = writes.length === 1 ? writes[0] : undefined;
  return [
    namespace,
    column((_, write) => String(write)),
    column(({ op }) => (op === "drop" ? "t" : "f")),
    column(({ id }) => id),
    putColumn(({ hash }) => textElement(hash)),
    putColumn(({ kind }) => textElement(kind)),
    putColumn(({ name }) => textElement(name)),
    putColumn(({ typeUrl }) => textElement(typeUrl)),
    putColumn(({ spec }) => byteaElement(spec)),
    column(({ expected }) => expected?.toString() ?? nullElement),
    requestColumn("id"),
    requestColumn("fingerprint"),
    alone?.applySet ?? null,
    alone?.expectedHead?.toString() ?? null,
    authors
      ? arrayLiteral(writes.map(({ author }) => (author === undefined ? nullElement : textElement(author))))
      : null,
  ];
}

function groupOf(writes: readonly Write[], rows: readonly Row[]): CommittedGroup {
  const summary = rows.find(({ write }) => write === 0);
  if (summary === undefined) throw new Error("commit_writes answered without its first row");
  const byWrite = rowsByWrite(rows);
  const { revision: head, hash: history } = summary;
  const results = writes.map((write, index) => resultOf(write, byWrite.get(index + 1) ?? [], head, history));
  const changes = writes.flatMap((write, index) => changesOf(write, byWrite.get(index + 1) ?? []));
  return { results, changes, head, history };
}

function rowsByWrite(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.write);
    if (group === undefined) groups.set(row.write, [row]);
    else group.push(row);
  }
  return groups;
}

function resultOf(write: Write, rows: readonly Row[], head: bigint, history: string): WriteResult {
  if (rows.some(({ outcome }) => outcome === "reused")) return { result: "reused" };
  const conflict = rows.find(({ outcome }) => outcome === "conflict");
  if (conflict !== undefined) {
    return write.expectedHead === undefined
      ? { result: "conflict", id: conflict.id, current: versionOf(conflict) }
      : { result: "moved", head };
  }
  const items = rows.map((row): ItemResult => ({ id: row.id, outcome: itemOutcome(row), version: versionOf(row) }));
  const written = rows.filter(isWritten).map(({ revision }) => revision);
  return { result: "committed", items, revision: written[0] ?? head, history };
}

function itemOutcome({ outcome }: Row): ItemOutcome {
  if (outcome === "conflict" || outcome === "withheld" || outcome === "reused") {
    throw new Error(`commit_writes answered ${outcome} for a write that it carried out`);
  }
  return outcome;
}

function versionOf({ revision, micros, hash }: Row): WrittenVersion | undefined {
  return revision === 0n ? undefined : { revision, micros, hash };
}

function isWritten({ outcome }: Row): boolean {
  return outcome === "created" || outcome === "changed" || outcome === "dropped";
}

/** What a write changed now; a repeated request changed something earlier only. Rows stand in the order of the items. */
function changesOf(write: Write, rows: readonly Row[]): Change[] {
  return rows.flatMap((row, index): Change[] => {
    if (row.replayed || !isWritten(row)) return [];
    const item = write.items[index];
    const { kind, name, typeUrl, spec } = item?.op === "put" ? item : lastContent(row);
    const { id, revision, micros, hash } = row;
    const dropped = row.outcome === "dropped";
    const replacedKind = row.replaced_kind ?? undefined;
    const createdRevision = row.created_revision ?? revision;
    return [{ revision, createdRevision, id, dropped, micros, hash, replacedKind, kind, name, typeUrl, spec }];
  });
}

/** Of a dropped resource. */
function lastContent(row: Row): Pick<Change, "kind" | "name" | "typeUrl" | "spec"> {
  return {
    kind: row.kind ?? "",
    name: row.name ?? "",
    typeUrl: row.type_url ?? "",
    spec: row.spec ?? new Uint8Array(),
  };
}
