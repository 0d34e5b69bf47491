import { isNode, LineCounter, parseDocument } from "yaml";
import { flatEntries, type FileEntry, type FileFault } from "./file-entry.js";

/** Reads YAML or JSON (every JSON document is a YAML one), with the line of each value. */
export function yamlEntries(text: string): { readonly entries: readonly FileEntry[] } | { readonly fault: FileFault } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, intAsBigInt: true, merge: true, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) return { fault: { line: lineCounter.linePos(fault.pos[0]).line, message: fault.message } };

  const lineOf = (path: readonly string[]): number | undefined => {
    const node = document.getIn(path, true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    return start === undefined ? undefined : lineCounter.linePos(start).line;
  };
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // Aliases that lead nowhere, or that multiply without end.
    return { fault: { line: undefined, message: error instanceof Error ? error.message : String(error) } };
  }
  if (content !== null && (typeof content !== "object" || Array.isArray(content))) {
    return { fault: { line: 1, message: "expected keys and values" } };
  }
  return { entries: flatEntries(content, lineOf) };
}
