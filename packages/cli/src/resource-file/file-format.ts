import { extname } from "node:path";
import { jsonDocuments } from "./json-documents.js";
import type { FilePart } from "./source-document.js";
import { tomlDocuments } from "./toml-documents.js";
import { yamlDocuments } from "./yaml-documents.js";

type Format = (text: string) => Iterable<FilePart>;

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  [".yaml", yamlDocuments],
  [".yml", yamlDocuments],
  [".json", jsonDocuments],
  [".toml", tomlDocuments],
]);

/** For people: the extensions of resource files. */
export const knownExtensions = [...formats.keys()].join(", ");

/** How a file is read, by its extension; `undefined` of other files. */
export function formatOf(file: string): Format | undefined {
  return formats.get(extname(file).toLowerCase());
}

/** How standard input is read: as JSON where it begins as JSON does, else as YAML. */
export function formatOfInput(text: string): Format {
  return /^\s*[[{]/.test(text) ? jsonDocuments : yamlDocuments;
}
