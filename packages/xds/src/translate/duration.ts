import type { Duration } from "../generated/google/protobuf/duration.js";

/** A hundred years. Envoy counts in nanoseconds of 64 bits, which end after 292, and rejects what goes beyond them. */
const longestSeconds = 3_155_760_000n;

/** A declared duration, or the longest that Envoy takes. */
export function bounded(duration: Duration | undefined): Duration | undefined {
  return duration !== undefined && duration.seconds >= longestSeconds
    ? { seconds: longestSeconds, nanos: 0 }
    : duration;
}
