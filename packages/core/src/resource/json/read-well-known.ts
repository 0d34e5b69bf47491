import { fromJson, type DescMessage, type JsonValue, type Message } from "@bufbuild/protobuf";
import { parseDurationMs } from "../../config/duration.js";
import type { Place } from "./place.js";

const durationType = "google.protobuf.Duration";

const forms: ReadonlyMap<string, string> = new Map([
  [durationType, 'a duration, such as "1.5s", "300ms" or "1m30s"'],
  ["google.protobuf.Timestamp", 'a time as in RFC 3339, such as "2026-01-31T12:00:00Z"'],
]);

/** Whether protobuf JSON has a form of its own for a message. Any, whose form needs other messages, is read apart. */
export function isWellKnown({ typeName }: DescMessage): boolean {
  return typeName.startsWith("google.protobuf.");
}

/** A message that protobuf JSON has its own form for. Durations may also be written as Go writes them. */
export function readWellKnown(message: DescMessage, json: unknown, place: Place): Message | undefined {
  const expected = forms.get(message.typeName) ?? `a ${message.typeName}`;
  const canonical = message.typeName === durationType ? canonicalDuration(json) : json;
  if (!isJsonValue(canonical)) return place.expected(json, expected);
  try {
    return fromJson(message, canonical);
  } catch {
    // The library tells a malformed value only by an error.
    return place.expected(json, expected);
  }
}

const nanosPerMs = 1e6;

/** Protobuf knows seconds only; what Go's form says is turned into them, all else is left as it is. */
function canonicalDuration(json: unknown): unknown {
  if (typeof json !== "string" || /^-?\d+(\.\d+)?s$/.test(json)) return json;
  const milliseconds = parseDurationMs(json);
  if (milliseconds === undefined) return json;
  const seconds = Math.trunc(milliseconds / 1000);
  const nanos = Math.round(Math.abs(milliseconds - seconds * 1000) * nanosPerMs);
  const sign = milliseconds < 0 ? "-" : "";
  return `${sign}${Math.abs(seconds)}.${String(nanos).padStart(9, "0")}s`;
}

function isJsonValue(value: unknown): value is JsonValue {
  return ["string", "number", "boolean", "object"].includes(typeof value);
}
