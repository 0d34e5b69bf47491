const trueWords: ReadonlySet<string> = new Set(["t", "true", "y", "yes", "1"]);
const falseWords: ReadonlySet<string> = new Set(["f", "false", "n", "no", "0"]);

/** Reads t/true/y/yes/1 and f/false/n/no/0, in any case; undefined for every other word. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (trueWords.has(word)) return true;
  return falseWords.has(word) ? false : undefined;
}
