/** The times of many repetitions of one thing, in milliseconds. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly maximum: number;
}

/** @throws RangeError for no samples: a figure of nothing is no figure */
export function distributionOf(samplesMs: readonly number[]): Distribution {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    maximum: quantile(sorted, 1),
  };
}

/** The smallest sample that at least the given share of all samples does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  const sample = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (sample === undefined) throw new RangeError("no samples");
  return sample;
}
