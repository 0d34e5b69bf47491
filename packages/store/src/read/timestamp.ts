import type { Timestamp } from "@protomesh/core/api";

/** A point in time as the API tells it. @param micros microseconds since 1970 */
export function timestampOf(micros: bigint): Timestamp {
  const seconds = micros / 1_000_000n;
  return { seconds, nanos: Number(micros - seconds * 1_000_000n) * 1_000 };
}
