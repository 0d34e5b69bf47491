import type { Resource } from "@protomesh/core/api";
import { resourceLabel } from "./resource-label.js";

/** The order in which people look for resources: by kind, name and id. */
export function byLabel(a: Resource, b: Resource): number {
  return compare(resourceLabel(a), resourceLabel(b)) || compare(a.id, b.id);
}

/** The same on every machine: no locale decides. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
