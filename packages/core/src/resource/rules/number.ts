import type { Duration } from "../../api.js";
import { violation, type RuleViolation } from "./violation.js";

/** A TCP or UDP port. */
export function port(field: string, value: number): RuleViolation[] {
  return between(field, value, { minimum: 1, maximum: 65_535 }, "a port from 1 to 65535");
}

/** A count that may be 0. */
export function notNegative(field: string, value: number): RuleViolation[] {
  return value < 0 ? [violation(field, value, "0 or more")] : [];
}

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** A number from `minimum` to `maximum`; `expected` says so. */
export function between(field: string, value: number, { minimum, maximum }: Range, expected: string): RuleViolation[] {
  return value >= minimum && value <= maximum ? [] : [violation(field, value, expected)];
}

/** What google.protobuf.Duration holds at most, about 10,000 years. */
const longestSeconds = 315_576_000_000n;

/** A length of time: absent, or 0s to 315576000000s with 0 to 999999999 nanoseconds. */
export function duration(field: string, value: Duration | undefined): RuleViolation[] {
  if (value === undefined) return [];
  const { seconds, nanos } = value;
  const valid = seconds >= 0n && seconds <= longestSeconds && nanos >= 0 && nanos <= 999_999_999;
  return valid ? [] : [violation(field, durationText(value), "a duration from 0s to 315576000000s")];
}

/** A duration in nanoseconds; 0 where it is absent. */
export function nanosecondsOf(value: Duration | undefined): bigint {
  return value === undefined ? 0n : value.seconds * 1_000_000_000n + BigInt(value.nanos);
}

/** A duration as protobuf JSON has it, such as `1.5s`; one that is malformed by its parts. */
export function durationText({ seconds, nanos }: Duration): string {
  const oneSign = seconds === 0n || nanos === 0 || seconds < 0n === nanos < 0;
  if (!oneSign || Math.abs(nanos) > 999_999_999) return `${seconds}s ${nanos}ns`;
  const sign = seconds < 0n || nanos < 0 ? "-" : "";
  const whole = seconds < 0n ? -seconds : seconds;
  const fraction = String(Math.abs(nanos)).padStart(9, "0").replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}s`;
}
