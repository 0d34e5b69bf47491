import type { HeaderPairs } from "../front/header-pairs.js";

/** A header that a request must have. */
export interface HeaderMatch {
  /** In lower case. */
  readonly name: string;
  /** One of the header's values, to the letter; undefined: any. */
  readonly value: string | undefined;
}

/** Declared matches, in an order that tells whether two policies want the same: each once, by name, then by value. */
export function headerMatchesOf(declared: readonly { readonly name: string; readonly value?: string | undefined }[]) {
  const matches = declared.map(({ name, value }): HeaderMatch => ({ name: name.toLowerCase(), value }));
  return matches
    .toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
    .filter((match, index, all) => index === 0 || textOf(match) !== textOf(all[index - 1] ?? match));
}

/** Whether a request has all of these. */
export function hasHeaders(wanted: readonly HeaderMatch[], headers: HeaderPairs): boolean {
  return wanted.every(({ name, value }) =>
    headers.some(([each, its]) => each === name && (value === undefined || its === value)),
  );
}

export function isSameHeaders(a: readonly HeaderMatch[], b: readonly HeaderMatch[]): boolean {
  return a.length === b.length && a.every((match, index) => textOf(match) === textOf(b[index] ?? match));
}

/** For people: `x-tier: gold and x-tenant`. */
export function headersText(matches: readonly HeaderMatch[]): string {
  return matches.map(textOf).join(" and ");
}

function textOf({ name, value }: HeaderMatch): string {
  return value === undefined ? name : `${name}: ${value}`;
}
