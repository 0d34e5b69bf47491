import type { RoutingPolicy } from "@protomesh/core/api";

/** The names of the services that a policy's routes lead to, each once. */
export function targetServicesOf({ routes }: RoutingPolicy): ReadonlySet<string> {
  return new Set(routes.map(({ targetService }) => targetService));
}
