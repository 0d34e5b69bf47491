import { grouped } from "../grouped.js";
import { isBound, type Breach, type Observations, type Truth } from "../observation.js";

/** Something a client learnt of one key: between two moments, the key was at this version. */
interface Sight {
  readonly from: number;
  readonly to: number;
  /** 0: it was not there, and had never been as far as the client knows. */
  readonly index: bigint;
  readonly what: string;
}

/**
 * Linearizable, per key: what began after something else had ended saw a version at least as new. As versions are ordered,
 * and every one was written once, this is all that linearizability asks for.
 */
export function linearizableBreaches({ writes, reads }: Observations, truth: Truth): readonly Breach[] {
  const sights: (Sight & { readonly id: string })[] = [];
  for (const { writer, outcome, from, to } of writes) {
    if (outcome.kind !== "acknowledged" || !isBound(outcome.history, truth)) continue;
    for (const [id, index] of outcome.indexes) {
      if (index !== undefined) sights.push({ id, from, to, index, what: `the write by ${writer} at ${index}` });
    }
  }
  for (const { id, history, index, from, to } of reads) {
    if (isBound(history, truth) && index !== undefined)
      sights.push({ id, from, to, index, what: `a read of ${index}` });
  }
  return [...grouped(sights, ({ id }) => id)].flatMap(([id, ofKey]) => breachesOfKey(id, ofKey));
}

function breachesOfKey(id: string, sights: readonly Sight[]): readonly Breach[] {
  const byStart = sights.toSorted((a, b) => a.from - b.from);
  const byEnd = sights.toSorted((a, b) => a.to - b.to);
  const breaches: Breach[] = [];
  let ended = 0;
  let newest: Sight | undefined;
  for (const sight of byStart) {
    for (let next = byEnd[ended]; next !== undefined && next.to < sight.from; next = byEnd[++ended]) {
      if (newest === undefined || next.index > newest.index) newest = next;
    }
    if (newest !== undefined && sight.index < newest.index) {
      breaches.push({ promise: "linearizable", what: `${id}: ${sight.what} began after ${newest.what} had ended` });
    }
  }
  return breaches;
}
