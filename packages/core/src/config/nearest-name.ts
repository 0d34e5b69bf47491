/**
 * The candidate that a mistyped name most likely meant.
 * @returns undefined when nothing is near: more than a third of the name would have to change
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** `; did you mean …?` for the nearest candidate, or the one that says the same and a little more; or nothing. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const meant = nearestName(name, candidates) ?? fullerName(name, candidates);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** The shortest candidate with every word of a name of several, where it is the only one: `enable.xds` → `enable.envoy.xds`. */
function fullerName(name: string, candidates: readonly string[]): string | undefined {
  const words = wordsOf(name);
  if (words.length < 2) return undefined;
  const [first, second] = candidates
    .map((candidate) => ({ candidate, known: wordsOf(candidate) }))
    .filter(({ known }) => words.every((word) => known.includes(word)))
    .toSorted((a, b) => a.known.length - b.known.length);
  return first?.known.length === second?.known.length ? undefined : first?.candidate;
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/**
 * Damerau's distance, as optimal string alignment: how many characters have to be added, removed or replaced, or neighbours
 * swapped.
 */
function editDistance(from: string, to: string): number {
  let twoAbove: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(above, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap ? at(twoAbove, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, at(above, column) + 1, at(current, column - 1) + 1));
    }
    twoAbove = above;
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
