import type { RoutingPolicy_Route } from "@protomesh/core/api";

/** Which requests a route takes, as text: two routes of one domain that say the same cannot both have them. */
export function claimOf({ matchPrefix }: RoutingPolicy_Route): string {
  return plainPrefix(matchPrefix);
}

/** A prefix without slashes at its end: `/api/` asks for the same paths as `/api`. */
export function plainPrefix(prefix: string): string {
  const plain = prefix.replace(/\/+$/, "");
  return plain === "" ? prefix : plain;
}
