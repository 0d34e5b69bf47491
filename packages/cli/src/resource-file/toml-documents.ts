import { parse, TomlError } from "smol-toml";
import type { FilePart } from "./source-document.js";

/** Reads TOML: one resource, or any number of `[[resource]]`. Its reader tells positions of syntax errors only. */
export function* tomlDocuments(text: string): Generator<FilePart> {
  let content: Record<string, unknown>;
  try {
    content = parse(text, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = error.message] = error.message.split("\n", 1);
    yield { fault: { message, line: error.line, column: error.column } };
    return;
  }
  const { resource, ...others } = content;
  if (Array.isArray(resource)) {
    for (const key of Object.keys(others)) {
      yield { fault: { message: `${key} stands beside [[resource]]; expected it within one of them` } };
    }
    for (const item of resource) yield unplaced(item);
  } else if (Object.keys(content).length > 0) yield unplaced(content);
}

function unplaced(content: unknown): FilePart {
  return { document: { content, position: () => undefined } };
}
