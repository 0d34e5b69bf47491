import {
  canonicalId,
  isKind,
  kindOf,
  kinds,
  nearestName,
  resourceFromJson,
  resourceId,
  specFromJson,
  validateResource,
  type Kind,
  type Path,
} from "@protomesh/core";
import type { Any, Resource } from "@protomesh/core/api";

/** One mistake in a document, by its path in it. */
export interface DocumentFault {
  readonly path: Path;
  readonly value?: unknown;
  readonly message: string;
}

export type DocumentResult = { readonly resource: Resource } | { readonly faults: readonly DocumentFault[] };

/** A document's keys. `version` is the store's, and is there where a document came out of it. */
const keys = ["kind", "namespace", "id", "name", "spec", "version"];

type Content = Readonly<Record<string, unknown>>;

/** The resource that a document declares, or everything that is wrong with it. */
export function readDocument(content: unknown, defaultNamespace: string): DocumentResult {
  if (!isContent(content)) {
    return { faults: [{ path: [], value: content, message: `is no resource; expected the keys ${keys.join(", ")}` }] };
  }
  // Some other file lies here: that each of its keys is wrong would bury what else there is to say.
  if (!isLikeResource(content)) {
    return {
      faults: [
        { path: [], message: `is no resource: it has neither kind nor spec; expected the keys ${keys.join(", ")}` },
      ],
    };
  }
  const kind = readKind(content);
  const spec = "fault" in kind ? { faults: [kind.fault] } : readSpec(kind.kind, content["spec"]);
  const envelope = readEnvelope(content, "spec" in spec ? spec.spec : undefined, defaultNamespace);
  const faults = [...unknownKeys(content), ...envelope.faults, ...("faults" in spec ? spec.faults : [])];
  if (faults.length > 0 || "faults" in spec) return { faults };
  return { resource: { ...envelope.resource, spec: spec.spec } };
}

function isContent(content: unknown): content is Content {
  return typeof content === "object" && content !== null && !Array.isArray(content);
}

/** Whether somebody meant a resource: it has a key that makes one, or nearly so. */
function isLikeResource(content: Content): boolean {
  return Object.keys(content).some((key) => ["kind", "spec"].includes(nearestName(key, keys) ?? key));
}

function unknownKeys(content: Content): DocumentFault[] {
  return Object.entries(content)
    .filter(([key]) => !keys.includes(key))
    .map(([key, value]) => ({ path: [key], value, message: `is no key of a resource; ${hint(key, keys)}` }));
}

function hint(word: string, known: readonly string[]): string {
  const nearest = nearestName(word, known);
  return nearest === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${nearest}?`;
}

/** No kind is needed where the spec names its own type. */
function readKind({ kind, spec }: Content): { readonly kind: Kind | undefined } | { readonly fault: DocumentFault } {
  const path = ["kind"];
  if (kind === undefined || kind === null) {
    if (isContent(spec) && "@type" in spec) return { kind: undefined };
    return { fault: { path, message: `is missing; expected one of ${kinds.join(", ")}` } };
  }
  if (typeof kind === "string" && isKind(kind)) return { kind };
  const nearest = typeof kind === "string" ? nearestName(kind, kinds) : undefined;
  const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return {
    fault: {
      path,
      value: kind,
      message: `${JSON.stringify(kind)} is no kind; expected one of ${kinds.join(", ")}${meant}`,
    },
  };
}

function readSpec(
  kind: Kind | undefined,
  json: unknown,
): { readonly spec: Any } | { readonly faults: readonly DocumentFault[] } {
  const result = specFromJson(kind, json);
  if ("spec" in result) return result;
  return { faults: result.violations.map(({ path, value, description }) => ({ path, value, message: description })) };
}

interface Envelope {
  readonly resource: Resource;
  readonly faults: readonly DocumentFault[];
}

/** Everything but the spec: which resource is declared, and under which name. */
function readEnvelope(content: Content, spec: Any | undefined, defaultNamespace: string): Envelope {
  const { namespace, id, name } = content;
  const texts = resourceFromJson({ namespace: namespace ?? defaultNamespace, id, name });
  const empty = { namespace: "", id: "", name: "", spec: undefined, version: undefined };
  if ("violations" in texts) {
    return {
      resource: empty,
      faults: texts.violations.map(({ description, ...at }) => ({ ...at, message: description })),
    };
  }
  const resource = { ...texts.resource, spec, id: idOf(texts.resource, content, spec) };
  return { resource, faults: brokenRules(resource, content) };
}

/** The id given, in canonical form where it has one; else the one that namespace, kind and name make. */
function idOf(resource: Resource, content: Content, spec: Any | undefined): string {
  if (isGiven(content, "id")) return canonicalId(resource.id) ?? resource.id;
  const kind = content["kind"] ?? kindOf(spec);
  return typeof kind === "string" && isKind(kind) ? resourceId(resource.namespace, kind, resource.name) : "";
}

/** The spec's rules are told with the spec, and of an id that a wrong kind could not make, nothing is said. */
function brokenRules(resource: Resource, content: Content): DocumentFault[] {
  const told = ["namespace", "name", ...(isGiven(content, "id") || resource.spec !== undefined ? ["id"] : [])];
  return validateResource(resource)
    .filter(({ field }) => told.includes(field))
    .map(({ field, value, expected, description }) => {
      const isDefault = field === "namespace" && !isGiven(content, field);
      if (isDefault || isGiven(content, field)) return { path: [field], value, message: description };
      return { path: [field], message: `is missing; expected ${expected}` };
    });
}

/** Whether a document has a key, and not as null. */
export function isGiven(content: unknown, key: string): boolean {
  return isContent(content) && content[key] !== undefined && content[key] !== null;
}
