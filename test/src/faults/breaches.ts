import { atomicBreaches } from "./checks/atomic.js";
import { durableBreaches } from "./checks/durable.js";
import { linearizableBreaches } from "./checks/linearizable.js";
import { stateBreaches } from "./checks/state.js";
import { streamOrderBreaches } from "./checks/stream-order.js";
import type { Breach, Observations, Truth } from "./observation.js";
import { runsOf } from "./watched.js";

/** Every promise that was not kept, judged by what clients saw and what the database holds in the end. Pure. */
export function breachesOf(observations: Observations, truth: Truth): readonly Breach[] {
  return [
    ...runsOf(observations.responses).flatMap((run) => [
      ...streamOrderBreaches(run),
      ...atomicBreaches(run, truth),
      ...stateBreaches(run, truth),
    ]),
    ...durableBreaches(observations.writes, truth),
    ...linearizableBreaches(observations, truth),
  ];
}
