import type { Resource } from "@protomesh/core/api";
import { findFiles, type Found } from "./find-files.js";
import { formatOf, formatOfInput } from "./file-format.js";
import type { Mistake } from "./mistake.js";
import { isGiven, readDocument } from "./read-document.js";
import { readTextFile, readTextStream, type TextResult } from "./read-text.js";
import { repeatedIds, type PlacedResource } from "./repeated-ids.js";
import type { FilePart, SourceDocument } from "./source-document.js";

export interface ReadOptions {
  /** The namespace of resources that name none. */
  readonly defaultNamespace: string;
  /** What `-` reads. */
  readonly stdin?: AsyncIterable<string | Uint8Array>;
}

export type ReadResult = { readonly resources: readonly Resource[] } | { readonly mistakes: readonly Mistake[] };

/**
 * Reads resources from files (YAML, JSON, TOML, by extension), from all such files below folders, and, where `-` is
 * named, from standard input. Gives all resources in the order of the files, or all mistakes of all files.
 */
export async function readResourceFiles(paths: readonly string[], options: ReadOptions): Promise<ReadResult> {
  const files: FileContent[] = [];
  for (const found of await findFiles(paths)) files.push(await readFound(found, options));
  const resources = files.flatMap((file) => file.resources);
  const mistakes = [...files.flatMap((file) => file.mistakes), ...repeatedIds(resources)];
  return mistakes.length > 0 ? { mistakes } : { resources: resources.map(({ resource }) => resource) };
}

interface FileContent {
  readonly resources: readonly PlacedResource[];
  readonly mistakes: readonly Mistake[];
}

async function readFound(found: Found, options: ReadOptions): Promise<FileContent> {
  const { file } = found;
  const text = "message" in found ? found : await textOf(file, options);
  if ("message" in text) return { resources: [], mistakes: [{ file, path: [], message: text.message }] };
  const format = file === "-" ? formatOfInput(text.text) : formatOf(file);
  return contentOf(file, format?.(text.text) ?? [], options.defaultNamespace);
}

async function textOf(file: string, { stdin }: ReadOptions): Promise<TextResult> {
  if (file !== "-") return readTextFile(file);
  return stdin === undefined ? { message: "cannot be read here" } : readTextStream(stdin);
}

function contentOf(file: string, parts: Iterable<FilePart>, defaultNamespace: string): FileContent {
  const resources: PlacedResource[] = [];
  const mistakes: Mistake[] = [];
  let document = 0;
  for (const part of parts) {
    if ("fault" in part) mistakes.push({ file, path: [], ...part.fault });
    else {
      document++;
      const read = readPart({ file, document }, part.document, defaultNamespace);
      if ("resource" in read) resources.push(read);
      else mistakes.push(...read.mistakes);
    }
  }
  if (document === 0 && mistakes.length === 0) {
    mistakes.push({ file, path: [], message: "is empty; expected at least one resource" });
  }
  return { resources, mistakes };
}

interface Place {
  readonly file: string;
  readonly document: number;
}

function readPart(
  place: Place,
  { content, position }: SourceDocument,
  defaultNamespace: string,
): PlacedResource | { readonly mistakes: readonly Mistake[] } {
  const result = readDocument(content, defaultNamespace);
  if ("faults" in result) {
    return { mistakes: result.faults.map((fault) => ({ ...place, ...position(fault.path), ...fault })) };
  }
  const hasOwnId = isGiven(content, "id");
  return { resource: result.resource, ...place, position: () => position([hasOwnId ? "id" : "name"]), hasOwnId };
}
