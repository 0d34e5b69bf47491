import { parse, TomlError } from "smol-toml";
import { flatEntries, type FileEntry, type FileFault } from "./file-entry.js";

/** Reads TOML. The parser knows the line of a syntax error, not those of values. */
export function tomlEntries(text: string): { readonly entries: readonly FileEntry[] } | { readonly fault: FileFault } {
  try {
    return { entries: flatEntries(parse(text, { integersAsBigInt: true }), () => undefined) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { fault: { line: error.line, message: firstLine(error.message) } };
  }
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
