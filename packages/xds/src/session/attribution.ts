import type { XdsResource } from "../snapshot/xds-resource.js";

/**
 * Which resources a rejection is about: those that the client's message names, where it names any, else everything that
 * it may be about. Envoy names clusters and listeners; of routes and endpoints, and where a field is wrong, it does not.
 */
export function concernedBy(message: string, suspects: readonly XdsResource[]): readonly XdsResource[] {
  const named = suspects.filter(({ name }) => isNamedIn(message, name));
  return named.length > 0 ? named : suspects;
}

/** Whether a name stands in a text by itself, and not as a part of a longer one. */
function isNamedIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const endsBefore = !/[\p{L}\p{N}_./-]$/u.test(text.slice(Math.max(0, at - 2), at));
    const beginsAfter = !/^([\p{L}\p{N}_/-]|\.[\p{L}\p{N}])/u.test(text.slice(at + name.length, at + name.length + 4));
    if (endsBefore && beginsAfter) return true;
  }
  return false;
}

/**
 * A client's message without what protobuf puts into texts of messages so that nobody compares them (a link, and blanks
 * whose number is random): the same mistake reads the same each time.
 */
export function withoutDebugTokens(message: string): string {
  return message
    .replaceAll(/goo\.gle\/debug\w+/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
