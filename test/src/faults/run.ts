import { breachesOf } from "./breaches.js";
import { openArena, type ArenaOptions } from "./arena.js";
import type { Fault } from "./faults.js";
import type { Breach } from "./observation.js";

export interface RunReport {
  readonly breaches: readonly Breach[];
  readonly acknowledged: number;
  readonly unknown: number;
  readonly refused: number;
  readonly responses: number;
  readonly faults: readonly string[];
}

/** Writes that have to be acknowledged before, between and after faults, so that each meets a store at work. */
const between = 60;

/** Runs an arena through faults, one after the other, and judges it at the end. */
export async function runFaults(
  options: ArenaOptions,
  faults: Iterable<Fault>,
  say: (line: string) => void = () => {},
): Promise<RunReport> {
  const arena = await openArena(options);
  const injected: string[] = [];
  try {
    await arena.recovery(between);
    for (const fault of faults) {
      say(fault.name);
      await fault.inject(arena);
      injected.push(fault.name);
      await arena.recovery(between);
    }
    const observations = await arena.finish();
    const outcomes = observations.writes.map(({ outcome }) => outcome.kind);
    const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length;
    return {
      breaches: breachesOf(observations, await arena.truth()),
      acknowledged: count("acknowledged"),
      unknown: count("unknown"),
      refused: count("refused"),
      responses: observations.responses.length,
      faults: injected,
    };
  } finally {
    await arena.stop();
  }
}
