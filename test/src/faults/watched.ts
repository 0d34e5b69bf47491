import { grouped } from "./grouped.js";
import type { Change, WatchResponse } from "./observation.js";

/** What one watcher received from one list on: a run of the stream that ought to be without gaps. */
export interface Run {
  readonly watcher: string;
  readonly history: string;
  /** The state that it began with. */
  readonly start: { readonly revision: bigint; readonly changes: readonly Change[] };
  /** The responses after the state, over all streams that resumed it, but for groups that broke off. */
  readonly responses: readonly WatchResponse[];
}

/**
 * Puts a watcher's responses together to runs. A stream that did not resume begins a new one; what came after a stream's
 * last `end_of_list` was cut off and counts as not received, as a client treats it.
 */
export function runsOf(responses: readonly WatchResponse[]): readonly Run[] {
  return [...grouped(responses, ({ watcher }) => watcher).values()].flatMap(runsOfWatcher);
}

function runsOfWatcher(responses: readonly WatchResponse[]): readonly Run[] {
  const runs: (Run & { readonly responses: WatchResponse[] })[] = [];
  for (const stream of grouped(responses, (response) => response.stream).values()) {
    const complete = stream.slice(0, stream.findLastIndex(({ endOfList }) => endOfList) + 1);
    const [first] = complete;
    if (first === undefined) continue;
    if (first.resumedFrom !== undefined) {
      runs.at(-1)?.responses.push(...complete);
      continue;
    }
    const end = complete.findIndex(({ endOfList }) => endOfList);
    runs.push({
      watcher: first.watcher,
      history: first.history,
      start: {
        revision: complete[end]?.revision ?? 0n,
        changes: complete.slice(0, end + 1).flatMap(({ changes }) => changes),
      },
      responses: complete.slice(end + 1),
    });
  }
  return runs;
}
