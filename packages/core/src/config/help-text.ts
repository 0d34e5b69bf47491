import type { Declaration, Declarations } from "./declaration.js";
import { flagOf } from "./key-spelling.js";
import { shownText } from "./mask.js";

const head = `Settings, from the strongest source to the weakest:
  flag        -log-level=debug  (one dash or two; "--log-level debug" too)
  variable    LOG_LEVEL=debug
  file        -config-file=PATH or CONFIG_FILE, ending in .toml, .yaml or .json: any nesting that spells the key
  default

-h              prints this
-print-config   prints each setting, its value and where that comes from

`;

/** What `-h` prints: every key with its flag, type, unit, default and what it is for. */
export function helpText(declarations: Declarations): string {
  const entries = Object.entries(declarations).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return head + entries.map(([key, declaration]) => `${key}  ${flagOf(key)}\n    ${describe(declaration)}\n`).join("");
}

function describe(declaration: Declaration): string {
  const { type, unit, help, required, aliases } = declaration;
  const facts = [
    unit === undefined ? type : `${type} in ${unit}`,
    required ? "required" : defaultText(declaration),
    ...(aliases.length === 0 ? [] : [`also ${aliases.join(", ")}`]),
  ];
  return `${help} (${facts.join("; ")})`;
}

function defaultText(declaration: Declaration): string {
  const { defaultText: text } = declaration;
  if (text === undefined) return "not set by default";
  return text === "" ? "default: empty" : `default: ${shownText(declaration, text)}`;
}
