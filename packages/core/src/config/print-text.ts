import type { Declarations } from "./declaration.js";
import { shownText } from "./mask.js";
import { originText, type Given } from "./origin.js";

/** What `-print-config` prints: TOML that reads back (but for masked secrets), each value with where it comes from. */
export function printText(declarations: Declarations, given: ReadonlyMap<string, Given>): string {
  return Object.entries(declarations)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, declaration]) => {
      const value = given.get(key);
      if (value === undefined) return `# ${key} is not set\n`;
      return `${key} = ${JSON.stringify(shownText(declaration, value.text))} # ${originText(value.origin)}\n`;
    })
    .join("");
}
