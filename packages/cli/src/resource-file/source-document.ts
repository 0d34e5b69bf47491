import type { Path } from "@protomesh/core";
import type { Position } from "./mistake.js";

/** One resource as it stands in a file, not yet understood. */
export interface SourceDocument {
  readonly content: unknown;
  /** Where a value of it stands, or what is nearest around it; `undefined` where the format does not tell. */
  readonly position: (path: Path) => Position | undefined;
}

/** What is wrong with a file's syntax. */
export interface SyntaxFault extends Partial<Position> {
  readonly message: string;
}

/** A file's parts in their order. After a fault, there may be more documents and more faults. */
export type FilePart = { readonly document: SourceDocument } | { readonly fault: SyntaxFault };
