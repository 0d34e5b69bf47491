import type { HttpIngress } from "@protomesh/core/api";
import type { Sources } from "./config-source.js";

/**
 * Whether a client asks for the virtual hosts of an ingress one by one, when the first request for each comes. That is part
 * of the incremental protocol only: by state of the world, Envoy rejects such routes, and gets the hosts inline.
 */
export function isOnDemand({ onDemandVirtualHosts }: HttpIngress, { transport }: Sources): boolean {
  return onDemandVirtualHosts && transport === "delta";
}
