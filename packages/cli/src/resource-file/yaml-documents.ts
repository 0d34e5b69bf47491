import type { Path } from "@protomesh/core";
import { Composer, isCollection, isMap, isNode, isScalar, LineCounter, Parser, type Document } from "yaml";
import type { Position } from "./mistake.js";
import type { FilePart } from "./source-document.js";

/** Reads YAML, one resource per document or a list of them; empty documents are passed over. */
export function* yamlDocuments(text: string): Generator<FilePart> {
  const lines = new LineCounter();
  const composer = new Composer({ intAsBigInt: true, merge: true, prettyErrors: false });
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text))) {
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      for (const { message, pos } of faults) yield { fault: { message, ...positionAt(lines, pos[0]) } };
    } else if (document.contents !== null) {
      yield* resourcesOf(document, lines);
    }
  }
}

function* resourcesOf(document: Document, lines: LineCounter): Generator<FilePart> {
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // An alias that leads nowhere, or aliases that multiply without end.
    yield { fault: { message: error instanceof Error ? error.message : String(error) } };
    return;
  }
  if (content === null) return;
  const positionOf = positionsIn(document, lines);
  if (!Array.isArray(content)) yield { document: { content, position: positionOf } };
  else for (const [index, item] of content.entries()) yield listed(item, index, positionOf);
}

function listed(content: unknown, index: number, positionOf: (path: Path) => Position | undefined): FilePart {
  return { document: { content, position: (path) => positionOf([index, ...path]) } };
}

/** Where the values of a YAML document stand. */
export function positionsIn(document: Document, lines: LineCounter): (path: Path) => Position | undefined {
  return (path) => {
    const offset = offsetOf(nearestNode(document, path));
    return offset === undefined ? undefined : positionAt(lines, offset);
  };
}

/** The node at a path; of a value that is a collection or empty, its key; of what is not there, what is around it. */
function nearestNode(document: Document, path: Path): unknown {
  if (path.length === 0) return document.contents;
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last);
    if (pair !== undefined) return isScalar(pair.value) && pair.value.value !== null ? pair.value : pair.key;
  }
  const node: unknown = isCollection(parent) ? parent.get(last, true) : undefined;
  return isNode(node) ? node : nearestNode(document, path.slice(0, -1));
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
