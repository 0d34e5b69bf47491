import type { Path } from "@protomesh/core";
import { LineCounter, parseDocument } from "yaml";
import type { Position } from "./mistake.js";
import type { FilePart, SyntaxFault } from "./source-document.js";
import { positionAt, positionsIn } from "./yaml-documents.js";

/** Reads JSON, one resource or an array of them. */
export function* jsonDocuments(text: string): Generator<FilePart> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield { fault: faultOf(text, error) };
    return;
  }
  const positionOf = lazyPositions(text);
  if (!Array.isArray(content)) yield { document: { content, position: positionOf } };
  else {
    for (const [index, item] of content.entries()) {
      yield { document: { content: item, position: (path) => positionOf([index, ...path]) } };
    }
  }
}

/** JSON's reader knows no positions, YAML's does, and reads JSON; it is slower, so it is asked only after a mistake. */
function lazyPositions(text: string): (path: Path) => Position | undefined {
  let positions: ((path: Path) => Position | undefined) | undefined;
  return (path) => {
    positions ??= readPositions(text);
    return positions(path);
  };
}

function readPositions(text: string): (path: Path) => Position | undefined {
  const lineCounter = new LineCounter();
  return positionsIn(parseDocument(text, { lineCounter, prettyErrors: false }), lineCounter);
}

/** What YAML allows and JSON does not, such as a comment or a comma at the end, has no position. */
function faultOf(text: string, error: SyntaxError): SyntaxFault {
  const message = `is no JSON: ${error.message}`;
  const lineCounter = new LineCounter();
  const [fault] = parseDocument(text, { lineCounter, prettyErrors: false }).errors;
  return fault === undefined ? { message } : { message, ...positionAt(lineCounter, fault.pos[0]) };
}
