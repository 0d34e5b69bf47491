import { isBound, type Breach, type Change, type Content, type Truth } from "../observation.js";
import type { Run } from "../watched.js";

/** Reliable, seen from its end: the state that a watcher has put together at a mark is the state that was there. */
export function stateBreaches(run: Run, truth: Truth): readonly Breach[] {
  if (!isBound(run.history, truth)) return [];
  const marks = run.responses.filter(({ endOfList }) => endOfList).map(({ revision }) => revision);
  const start = difference(folded(run.start.changes), stateAt(truth, run.start.revision));
  if (start !== undefined) {
    return [{ promise: "bookmarkable", what: `${run.watcher}: the list at ${run.start.revision} ${start}` }];
  }
  const end = marks.at(-1);
  if (end === undefined) return [];
  const received = folded([...run.start.changes, ...run.responses.flatMap(({ changes }) => changes)]);
  const wrong = difference(received, stateAt(truth, end));
  return wrong === undefined ? [] : [{ promise: "reliable", what: `${run.watcher}: the state at ${end} ${wrong}` }];
}

function stateAt(truth: Truth, revision: bigint): ReadonlyMap<string, Content> {
  return folded(truth.changes.filter(({ index }) => index <= revision));
}

function folded(changes: readonly Change[]): ReadonlyMap<string, Content> {
  const state = new Map<string, Content>();
  for (const { id, content } of changes) {
    if (content === undefined) state.delete(id);
    else state.set(id, content);
  }
  return state;
}

function difference(have: ReadonlyMap<string, Content>, want: ReadonlyMap<string, Content>): string | undefined {
  for (const [id, content] of want) {
    if (have.get(id) !== content) return `has ${id} as ${have.get(id)}, and it was ${content}`;
  }
  const extra = [...have.keys()].find((id) => !want.has(id));
  return extra === undefined ? undefined : `has ${extra}, which was not there`;
}
