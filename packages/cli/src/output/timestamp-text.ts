import type { Timestamp } from "@protomesh/core/api";

/** RFC 3339 in UTC, to the millisecond; empty where there is none. */
export function timestampText(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return "";
  return new Date(millisecondsOf(timestamp)).toISOString();
}

/** Since 1970. */
export function millisecondsOf({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
