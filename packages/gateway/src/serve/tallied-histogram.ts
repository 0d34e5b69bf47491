import type { Metric, Registry } from "prom-client";

/** How many observations there were, by bucket, and what they come to in all. */
export interface Tally {
  /** One for each bound, and a last one for what is beyond them all. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram by policy whose observations only count, and which is written when it is asked for. prom-client's own checks
 * and hashes labels, and turns a bound into text, with each observation.
 */
export class TalliedHistogram {
  readonly type = "histogram";
  readonly aggregator = "sum";
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #tallies = new Map<string, Tally>();

  /** @param bounds the largest value of each bucket, the smallest first */
  constructor(registry: Registry, { name, help, bounds }: { name: string; help: string; bounds: readonly number[] }) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a metric, a registry uses what stands here
    registry.registerMetric(this as unknown as Metric);
  }

  /** What is counted for a policy; the same one each time. */
  tallyOf(policy: string): Tally {
    const known = this.#tallies.get(policy);
    if (known !== undefined) return known;
    const tally = { counts: [...this.#bounds, Number.POSITIVE_INFINITY].map(() => 0), sum: 0 };
    this.#tallies.set(policy, tally);
    return tally;
  }

  observe(tally: Tally, value: number): void {
    let bucket = 0;
    while (value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    tally.counts[bucket] = (tally.counts[bucket] ?? 0) + 1;
    tally.sum += value;
  }

  /** As a registry asks for it: the counts of buckets include those of the smaller ones. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#tallies].flatMap(([policy, tally]) => this.#valuesOf(policy, tally));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  /** Nothing has been counted: a registry asks so for all its metrics. */
  reset(): void {
    for (const tally of this.#tallies.values()) {
      tally.counts.fill(0);
      tally.sum = 0;
    }
  }

  #valuesOf(policy: string, { counts, sum }: Tally): object[] {
    let count = 0;
    const buckets = counts.map((counted, bucket) => {
      count += counted;
      return {
        metricName: `${this.name}_bucket`,
        labels: { le: this.#bounds[bucket] ?? "+Inf", policy },
        value: count,
      };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: { policy }, value: sum },
      { metricName: `${this.name}_count`, labels: { policy }, value: count },
    ];
  }
}
