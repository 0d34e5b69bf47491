import { violation, type RuleViolation } from "./violation.js";

/** A value of an enum, whose names are `values`; a number that this build does not know is read as UNRECOGNIZED. */
export function enumeration(field: string, value: string, values: Readonly<Record<string, string>>): RuleViolation[] {
  const known = Object.values(values).filter((name) => name !== "UNRECOGNIZED");
  return known.includes(value) ? [] : [violation(field, value, `one of ${known.join(", ")}`)];
}
