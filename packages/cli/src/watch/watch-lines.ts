import { declaredResourceOf, type WatchBatch } from "@protomesh/core";
import { map, scan, tap, type Observable } from "rxjs";
import { listResources } from "../client/list-resources.js";
import type { StoreSession } from "../client/store-session.js";
import { Failure } from "../failure.js";
import { declaredKind } from "../output/declared-document.js";
import type { OutputFormat } from "../output/output-option.js";
import { streamedText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import { boardNews } from "../status/follow-board.js";
import type { Surroundings } from "../surroundings.js";
import { changedFieldLines, changeData, changeLine } from "./change-line.js";
import { nothingShown, progressOf, type Progress, type Shown } from "./changes.js";

/** What is watched, and how it is told. */
export interface WatchLineOptions {
  readonly namespace: string;
  readonly kind: readonly string[];
  /** Only what came after this revision. */
  readonly from?: bigint;
  /** With the fields that each change made different. */
  readonly diff?: boolean;
  readonly output: OutputFormat;
}

/** Whether a resource is to be told of, by what it is called. */
export type IsWanted = (named: { readonly id: string; readonly label: string }) => boolean;

/** What stood there at the revision that the watch goes on from, to tell what changes of it. */
export async function shownBefore(
  session: StoreSession,
  { namespace, kind: kinds, from, diff }: WatchLineOptions,
): Promise<Shown> {
  if (from === undefined || diff !== true) return nothingShown.shown;
  try {
    const { resources } = await listResources(session, { namespace, kinds, revision: from });
    return new Map(resources.map((resource) => [resource.id, declaredResourceOf(resource)]));
  } catch (error) {
    // The watch itself tells what came of it.
    if (error instanceof Failure) return nothingShown.shown;
    throw error;
  }
}

/** A text for each batch: a line for each change that is wanted, and the fields below it. */
export function changeLines(
  batches: Observable<WatchBatch>,
  begin: Progress,
  { output, from, diff = false }: WatchLineOptions,
  isWanted: IsWanted,
  { stdout, stderr }: Surroundings,
): Observable<string> {
  const styled = styledFor(stdout);
  return batches.pipe(
    tap(({ reset, revision: now }) => {
      if (!reset || from === undefined) return;
      stderr.write(`protomesh: what came after revision ${from} is not kept any more; here is the state at ${now}\n`);
    }),
    scan(progressOf, begin),
    map(({ changes }) =>
      changes
        .filter(({ resource }) => isWanted({ id: resource.id, label: `${declaredKind(resource)}/${resource.name}` }))
        .map((change) => {
          if (output !== "text") return streamedText(changeData(change, { withFields: diff }), output);
          return changeLine(change, styled) + (diff ? changedFieldLines(change, styled) : "");
        })
        .join(""),
    ),
  );
}

/** A text each time that components say something else: a line for each resource that is wanted. */
export function statusLines(
  session: StoreSession,
  { namespace, kind: kinds, output }: WatchLineOptions,
  isWanted: IsWanted,
  { stdout }: Surroundings,
): Observable<string> {
  return boardNews(session, { namespace, kinds, isWanted }, styledFor(stdout)).pipe(
    map((entries) =>
      entries
        .filter(({ isResource, isGone }) => isResource && !isGone)
        .map(({ text, data }) => (output === "text" ? `        status   ${text}` : streamedText(data, output)))
        .join(""),
    ),
  );
}
