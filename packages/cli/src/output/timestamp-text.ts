import type { Timestamp } from "@protomesh/core/api";

/** RFC 3339 in UTC, to the millisecond; empty where there is none. */
export function timestampText(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return "";
  return new Date(Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6).toISOString();
}
