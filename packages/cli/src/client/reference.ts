import { canonicalId, isKind, kindOf, kinds, nearestName, type Kind } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { listResources } from "./list-resources.js";
import type { StoreSession } from "./store-session.js";

/** How people point at a resource: by its id, or by kind and name. */
export type Reference =
  | { readonly by: "id"; readonly id: string }
  | { readonly by: "name"; readonly kind: Kind; readonly name: string };

/** Reads `UUID` or `KIND/NAME`. @throws Failure saying what was expected */
export function parseReference(text: string): Reference {
  const id = canonicalId(text);
  if (id !== undefined) return { by: "id", id };
  const slash = text.indexOf("/");
  const kind = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  if (slash > 0 && name !== "" && isKind(kind)) return { by: "name", kind, name };
  const nearest = slash > 0 ? nearestName(kind, kinds) : undefined;
  throw new Failure(exitCode.usage, `"${text}" points at no resource: expected an id (a UUID) or KIND/NAME`, {
    next: nearest === undefined || isKind(kind) ? `kinds are ${kinds.join(", ")}.` : `did you mean ${nearest}/${name}?`,
  });
}

/** What references point at. */
export interface Resolved {
  /** In the order of the references. */
  readonly resources: readonly Resource[];
  /** References to nothing. */
  readonly missing: readonly Reference[];
}

/** Looks references up in a namespace. @throws Failure for a name that several resources have */
export async function resourcesAt(
  session: StoreSession,
  namespace: string,
  references: readonly Reference[],
): Promise<Resolved> {
  const ids = references.flatMap((reference) => (reference.by === "id" ? [reference.id] : []));
  const kindsOfNames = [
    ...new Set(references.flatMap((reference) => (reference.by === "name" ? [reference.kind] : []))),
  ];
  const found = [
    ...(ids.length > 0 ? (await listResources(session, { namespace, ids })).resources : []),
    ...(kindsOfNames.length > 0 ? (await listResources(session, { namespace, kinds: kindsOfNames })).resources : []),
  ];
  const resources: Resource[] = [];
  const missing: Reference[] = [];
  for (const reference of references) {
    const matches = new Map(found.filter((resource) => isAt(resource, reference)).map((match) => [match.id, match]));
    if (matches.size > 1) throw ambiguous(reference, [...matches.keys()]);
    if (matches.size === 0) missing.push(reference);
    resources.push(...matches.values());
  }
  return { resources, missing };
}

export function notThere(namespace: string, missing: readonly Reference[]): Failure {
  return new Failure(exitCode.no, `not in namespace ${namespace}: ${missing.map(referenceText).join(", ")}`, {
    next: "protomesh list shows what is there; -n chooses another namespace.",
  });
}

function isAt(resource: Resource, reference: Reference): boolean {
  if (reference.by === "id") return resource.id === reference.id;
  return resource.name === reference.name && kindOf(resource.spec) === reference.kind;
}

/** Whether a reference points at what is called so, whether or not it is there. */
export function pointsAt(
  reference: Reference,
  { id, label }: { readonly id: string; readonly label: string },
): boolean {
  return reference.by === "id" ? reference.id === id : referenceText(reference) === label;
}

export function referenceText(reference: Reference): string {
  return reference.by === "id" ? reference.id : `${reference.kind}/${reference.name}`;
}

function ambiguous(reference: Reference, ids: readonly string[]): Failure {
  return new Failure(exitCode.usage, `${ids.length} resources are called ${referenceText(reference)}`, {
    details: ids,
    next: "name the one that you mean by its id.",
  });
}
