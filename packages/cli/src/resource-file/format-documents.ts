import { kindOf, resourceId, specToJson } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { dataText, type DataFormat } from "../output/serialized.js";
import { timestampText } from "../output/timestamp-text.js";

/** A resource as its file has it, with the keys in the order in which people read them. */
export interface ResourceDocument {
  /** Absent where the spec names its own type. */
  readonly kind?: string;
  readonly namespace: string;
  readonly id: string;
  readonly name: string;
  readonly spec?: unknown;
}

/** A resource as its file has it, with the version, which the store gives and apply passes over. */
export interface StoredDocument extends ResourceDocument {
  readonly version?: { readonly index: string; readonly sha256Hash: string; readonly timestamp: string };
}

/** A resource that belongs to whatever namespace it is applied to. */
export type PortableDocument = Omit<ResourceDocument, "namespace" | "id"> & { readonly id?: string };

export function documentOf({ namespace, id, name, spec }: Resource): ResourceDocument {
  const kind = kindOf(spec);
  const envelope = { namespace, id, name, ...(spec === undefined ? {} : { spec: specToJson(spec) }) };
  return kind === "unknown" ? envelope : { kind, ...envelope };
}

export function storedDocument(resource: Resource): StoredDocument {
  const { version } = resource;
  if (version === undefined) return documentOf(resource);
  const { index, sha256Hash, timestamp } = version;
  return {
    ...documentOf(resource),
    version: { index: String(index), sha256Hash, timestamp: timestampText(timestamp) },
  };
}

/** Without the namespace, and without an id that kind and name make anew in each namespace. */
export function portableDocument(resource: Resource): PortableDocument {
  const { namespace, id, ...rest } = documentOf(resource);
  const kind = kindOf(resource.spec);
  const isMade = kind !== "unknown" && id === resourceId(namespace, kind, resource.name);
  if (isMade) return rest;
  const { kind: word, name, ...spec } = rest;
  return { ...(word !== undefined && { kind: word }), id, name, ...spec };
}

/** Documents as a file that `readResourceFiles` reads: YAML with each after a `---` but the first, or a JSON array. */
export function formatDocuments(documents: readonly object[], format: DataFormat): string {
  if (format === "json") return dataText(documents, format);
  return documents.map((document) => dataText(document, format)).join("---\n");
}
