import type { Violation } from "../../errors/domain-error.js";

/** A broken rule, with the parts that its description is made of. */
export interface RuleViolation extends Violation {
  /** What stands in the field; `undefined` where nothing does. */
  readonly value: unknown;
  readonly expected: string;
}

const longestShown = 80;

/** A field that holds something else than what was expected; a missing or empty one is called so. */
export function violation(field: string, value: unknown, expected: string): RuleViolation {
  return { field, value, expected, description: `${fault(value)}; expected ${expected}` };
}

function fault(value: unknown): string {
  if (value === undefined || value === null) return "is missing";
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "is empty";
  return `${shown(value)} is not valid`;
}

/** A value as JSON, cut to a length that fits a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
