import { pathText } from "@protomesh/core";
import type { Mistake, Position } from "./mistake.js";

/** One line for each mistake: `edge.yaml:12:15: spec.listenPort: 70000 is not valid; expected …`. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  return mistakes.map(mistakeText).join("\n");
}

function mistakeText(mistake: Mistake): string {
  const field = mistake.path.length === 0 ? "" : `${pathText(mistake.path)}: `;
  return `${placeText(mistake)}: ${field}${mistake.message}`;
}

interface Placed extends Partial<Position> {
  readonly file: string;
  readonly document?: number;
}

/** `edge.yaml:12:15`; without a known line, `edge.toml, resource 2`. */
export function placeText({ file, document, line, column }: Placed): string {
  const name = file === "-" ? "standard input" : file;
  if (line !== undefined && column !== undefined) return `${name}:${line}:${column}`;
  return document === undefined ? name : `${name}, resource ${document}`;
}
