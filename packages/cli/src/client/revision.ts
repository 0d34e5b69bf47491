import { InvalidArgumentError } from "commander";

/** Reads a revision on the command line. */
export function revisionOf(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError("Expected a revision, a whole number such as 120.");
  return BigInt(text);
}
