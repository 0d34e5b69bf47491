import { kindOf, typeNameOf } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";

/** What a person calls the kind of a resource: one of the six, or the message's full name for foreign types. */
export function kindLabel({ spec }: Pick<Resource, "spec">): string {
  const kind = kindOf(spec);
  if (kind !== "unknown") return kind;
  return spec === undefined ? "unknown" : typeNameOf(spec.typeUrl);
}

/** `service/billing`: what the command line calls a resource, and takes as a reference to it. */
export function resourceLabel(resource: Pick<Resource, "spec" | "name">): string {
  return `${kindLabel(resource)}/${resource.name}`;
}
