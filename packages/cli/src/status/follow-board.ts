import { coalesce, watchResources, type DeclaredResource, type WatchBatch } from "@protomesh/core";
import { combineLatest, fromEvent, lastValueFrom, map, scan, takeUntil, tap } from "rxjs";
import type { StoreSession } from "../client/store-session.js";
import { watchStatuses } from "../client/watch-statuses.js";
import { declaredKind } from "../output/declared-document.js";
import { styledFor } from "../output/styled.js";
import type { Surroundings } from "../surroundings.js";
import { boardOf, type BoardRow, type Listed } from "./board.js";
import { boardJsonLine, boardLine } from "./board-report.js";

/** What is followed, and how it is printed. */
interface Followed {
  readonly namespace: string;
  readonly kinds: readonly string[];
  /** undefined: all. */
  readonly ids: ReadonlySet<string> | undefined;
  readonly output: "text" | "json";
}

/** Changes that come together are shown together. */
const windowMs = 100;

/** Prints each resource as it stands, and then each that stands otherwise than before, until it is interrupted. */
export async function followBoard(
  session: StoreSession,
  { namespace, kinds, ids, output }: Followed,
  { stdout, interrupted }: Surroundings,
): Promise<void> {
  if (interrupted.aborted) return;
  const styled = styledFor(stdout);
  const resources = watchResources(session.client, namespace, { kinds }).pipe(scan(declaredAfter, new Map()));
  const boards = combineLatest([resources, watchStatuses(session, namespace)]).pipe(
    coalesce(windowMs),
    map(([declared, statuses]) => boardOf(listedOf(declared, ids), statuses)),
    scan(changedRows, { before: new Map(), rows: [] }),
    tap(({ rows }) => {
      for (const row of rows) stdout.write(output === "json" ? boardJsonLine(row) : boardLine(row, styled));
    }),
    takeUntil(fromEvent(interrupted, "abort")),
  );
  await lastValueFrom(boards, { defaultValue: undefined });
}

type Declared = ReadonlyMap<string, DeclaredResource>;

function declaredAfter(declared: Declared, { reset, updated, dropped }: WatchBatch): Declared {
  const next = new Map(reset ? [] : declared);
  for (const { id } of dropped) next.delete(id);
  for (const resource of updated) next.set(resource.id, resource);
  return next;
}

function listedOf(declared: Declared, ids: ReadonlySet<string> | undefined): readonly Listed[] {
  return [...declared.values()]
    .filter(({ id }) => ids?.has(id) ?? true)
    .map((resource): Listed => {
      const kind = declaredKind(resource);
      return { id: resource.id, kind, label: `${kind}/${resource.name}`, index: resource.index };
    })
    .toSorted((a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)));
}

interface Shown {
  /** What was said of each, by id. */
  readonly before: ReadonlyMap<string, string>;
  readonly rows: readonly BoardRow[];
}

function changedRows({ before }: Shown, { rows }: { readonly rows: readonly BoardRow[] }): Shown {
  const now = new Map(rows.map((row) => [row.id, boardJsonLine(row)]));
  return { before: now, rows: rows.filter(({ id }) => before.get(id) !== now.get(id)) };
}
