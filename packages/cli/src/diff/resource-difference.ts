import type { Resource } from "@protomesh/core/api";
import { documentOf } from "../resource-file/index.js";
import { fieldChanges, type FieldChange } from "./field-changes.js";

/** Where two versions of a resource differ, as its file has them; an absent one differs in all that the other has. */
export function resourceDifference(before: Resource | undefined, after: Resource | undefined): readonly FieldChange[] {
  return fieldChanges(comparedOf(before), comparedOf(after));
}

/** Namespace and id are what makes it the same resource. */
function comparedOf(resource: Resource | undefined): object {
  if (resource === undefined) return {};
  const { kind, name, spec } = documentOf(resource);
  return { ...(kind !== undefined && { kind }), name, spec };
}
