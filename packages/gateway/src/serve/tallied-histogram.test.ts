import fc from "fast-check";
import { Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { TalliedHistogram } from "./tallied-histogram.js";

const name = "seconds";
const help = "What it took.";

test("it tells what prom-client's own histogram tells", async () => {
  const observations = fc.array(
    fc.tuple(
      fc.constantFrom("a", 'quoted "b"'),
      fc.oneof(fc.constantFrom(0, 0.001, 0.5, 1), fc.double({ min: 0, max: 2, noNaN: true })),
    ),
  );
  const increasing = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(observations, increasing, async (observed, some) => {
      const bounds = some.toSorted((a, b) => a - b);
      const ours = new Registry();
      const theirs = new Registry();
      const tallied = new TalliedHistogram(ours, { name, help, bounds });
      const own = new Histogram({ name, help, labelNames: ["policy"], buckets: [...bounds], registers: [theirs] });
      for (const [policy, value] of observed) {
        tallied.observe(tallied.tallyOf(policy), value);
        own.observe({ policy }, value);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
  );
});

test("a registry that is reset has counted nothing, and counts on", async () => {
  const registry = new Registry();
  const histogram = new TalliedHistogram(registry, { name, help, bounds: [1] });
  const tally = histogram.tallyOf("a");
  histogram.observe(tally, 3);
  registry.resetMetrics();
  histogram.observe(tally, 0.5);
  expect(await registry.metrics()).toContain('seconds_sum{policy="a"} 0.5\nseconds_count{policy="a"} 1');
});
