import type { Duration } from "@protomesh/core/api";

/** A length of time; a zero one means none. */
export function nonZero(duration: Duration | undefined): Duration | undefined {
  return duration === undefined || (duration.seconds === 0n && duration.nanos === 0) ? undefined : duration;
}
