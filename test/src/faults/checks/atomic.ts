import { isBound, type Breach, type Change, type Truth } from "../observation.js";
import type { Run } from "../watched.js";
import { grouped } from "../grouped.js";

/** Atomic: the changes of one revision come whole, in one response. */
export function atomicBreaches(run: Run, truth: Truth): readonly Breach[] {
  if (!isBound(run.history, truth)) return [];
  const whole = grouped(truth.changes, ({ index }) => index);
  return run.responses.flatMap(({ changes }) =>
    [...grouped(changes, ({ index }) => index)].flatMap(([index, part]): Breach[] => {
      const missing = (whole.get(index) ?? []).filter((change) => !part.some((came) => same(came, change)));
      if (missing.length === 0) return [];
      const ids = missing.map(({ id }) => id).join(", ");
      return [{ promise: "atomic", what: `${run.watcher}: revision ${index} came without ${ids}` }];
    }),
  );
}

function same(one: Change, other: Change): boolean {
  return one.id === other.id && one.content === other.content;
}
