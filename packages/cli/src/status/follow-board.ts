import { coalesce, watchResources, type DeclaredResource, type WatchBatch } from "@protomesh/core";
import { combineLatest, fromEvent, lastValueFrom, map, scan, takeUntil, tap, timer, type Observable } from "rxjs";
import type { StoreSession } from "../client/store-session.js";
import { watchStatuses } from "../client/watch-statuses.js";
import { declaredKind } from "../output/declared-document.js";
import type { OutputFormat } from "../output/output-option.js";
import { streamedText } from "../output/serialized.js";
import { styledFor, type Styled } from "../output/styled.js";
import type { Surroundings } from "../surroundings.js";
import { boardOf, type Board, type Listed } from "./board.js";
import { boardLine, envoyLine, envoyNews, reporterLine, reporterNews, rowData } from "./board-report.js";

/** What is followed, and how it is printed. */
interface Followed {
  readonly namespace: string;
  readonly kinds: readonly string[];
  /** undefined: all. */
  readonly ids: ReadonlySet<string> | undefined;
  readonly output: OutputFormat;
}

/** Changes that come together are shown together. */
const windowMs = 100;
/** How often is looked for who does not speak any more. */
const lapseCheckMs = 1_000;

/**
 * Prints each resource as it stands, each instance and each Envoy, and then each that stands otherwise than before, until it
 * is interrupted. Of some resources, only these are told.
 */
export async function followBoard(
  session: StoreSession,
  { namespace, kinds, ids, output }: Followed,
  { stdout, interrupted }: Surroundings,
): Promise<void> {
  if (interrupted.aborted) return;
  const isWanted = ({ id }: Listed): boolean => ids?.has(id) ?? true;
  const told = boardNews(session, { namespace, kinds, isWanted }, styledFor(stdout)).pipe(
    map((entries) =>
      ids === undefined && kinds.length === 0 ? entries : entries.filter(({ isResource }) => isResource),
    ),
    tap((entries) => {
      for (const { text, data } of entries) stdout.write(output === "text" ? text : streamedText(data, output));
    }),
    takeUntil(fromEvent(interrupted, "abort")),
  );
  await lastValueFrom(told, { defaultValue: undefined });
}

interface NewsOptions {
  readonly namespace: string;
  readonly kinds: readonly string[];
  readonly isWanted: (resource: Listed) => boolean;
}

/** How everything stands, and then what stands otherwise than before. */
export function boardNews(
  session: StoreSession,
  { namespace, kinds, isWanted }: NewsOptions,
  styled: Styled,
): Observable<readonly Entry[]> {
  const resources = watchResources(session.client, namespace, { kinds }).pipe(scan(declaredAfter, nothingDeclared));
  return combineLatest([resources, watchStatuses(session, namespace), timer(0, lapseCheckMs)]).pipe(
    coalesce(windowMs),
    map(([{ byId, revision }, statuses]) =>
      boardOf(listedOf(byId).filter(isWanted), statuses, { revision, nowMs: Date.now() }),
    ),
    map((board) => entriesOf(board, styled)),
    scan(changedEntries, { before: new Map(), changed: [] }),
    map(({ changed }) => changed),
  );
}

type Resources = ReadonlyMap<string, DeclaredResource>;

interface Declared {
  readonly byId: Resources;
  readonly revision: bigint;
}

const nothingDeclared: Declared = { byId: new Map(), revision: 0n };

function declaredAfter({ byId }: Declared, { reset, updated, dropped, revision }: WatchBatch): Declared {
  const next = new Map(reset ? [] : byId);
  for (const { id } of dropped) next.delete(id);
  for (const resource of updated) next.set(resource.id, resource);
  return { byId: next, revision };
}

function listedOf(byId: Resources): readonly Listed[] {
  return [...byId.values()]
    .map((resource): Listed => {
      const kind = declaredKind(resource);
      return { id: resource.id, kind, label: `${kind}/${resource.name}`, index: resource.index };
    })
    .toSorted((a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)));
}

/** One thing that may stand otherwise than before. */
export interface Entry {
  readonly key: string;
  readonly isResource: boolean;
  readonly isGone: boolean;
  /** What it is called. */
  readonly name: string;
  readonly text: string;
  readonly data: object;
  /** Equal where nothing is new. */
  readonly state: string;
}

function entriesOf({ rows, reporters, envoys }: Board, styled: Styled): readonly Entry[] {
  return [
    ...reporters
      .filter(({ reporter }) => reporter.includes("/"))
      .map((row) => ({
        key: row.reporter,
        isResource: false,
        isGone: false,
        name: row.reporter,
        text: reporterLine(row, styled),
        data: reporterNews(row),
      })),
    ...envoys.map((row) => ({
      key: `envoy ${row.id} ${row.reporter}`,
      isResource: false,
      isGone: false,
      name: `envoy ${row.id}`,
      text: envoyLine(row, styled),
      data: envoyNews(row),
    })),
    ...rows.map((row) => ({
      key: row.id,
      isResource: true,
      isGone: false,
      name: row.label,
      text: boardLine(row, styled),
      data: rowData(row),
    })),
  ].map((entry) => ({ ...entry, state: stateOf(entry.data) }));
}

function stateOf(data: object): string {
  return streamedText(data, "json");
}

interface Shown {
  /** By their keys. */
  readonly before: ReadonlyMap<string, Entry>;
  readonly changed: readonly Entry[];
}

function changedEntries({ before }: Shown, entries: readonly Entry[]): Shown {
  const now = new Map(entries.map((entry) => [entry.key, entry]));
  const gone = [...before.values()].filter(({ key }) => !now.has(key)).map(goneEntry);
  return { before: now, changed: [...gone, ...entries.filter(({ key, state }) => before.get(key)?.state !== state)] };
}

function goneEntry({ key, isResource, name }: Entry): Entry {
  const data = { gone: name };
  return { key, isResource, isGone: true, name, text: `${name}  gone\n`, data, state: stateOf(data) };
}
