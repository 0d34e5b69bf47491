import type { HttpIngress } from "@protomesh/core/api";
import type { Sources } from "./config-source.js";

/**
 * Whether a client asks for the virtual hosts of an ingress one by one, when the first request for each comes. That is part
 * of the incremental protocol only: by state of the world, Envoy rejects such routes, and gets the hosts inline.
 */
export function isOnDemand({ onDemandVirtualHosts }: HttpIngress, { transport }: Sources): boolean {
  return onDemandVirtualHosts && transport === "delta";
}

/**
 * The name of the routes whose virtual hosts come on demand. They stand beside those of the ingress's own name, which have
 * them inline: Envoy goes on for minutes with the connections that an ingress had before it came to have its hosts another
 * way, and these find them only where they did.
 */
export function onDemandRoutesNameOf(ingressName: string): string {
  return `on-demand/${ingressName}`;
}
