import type { HttpIngress } from "@protomesh/core/api";
import type { Sources } from "./config-source.js";
import { isOnDemand } from "./on-demand.js";

const onDemand = "on-demand/";
const inline = "inline/";

/** The name of the RouteConfiguration that an ingress without scopes uses now. */
export function routesNameOf(ingress: HttpIngress, sources: Sources): string {
  const { ingressName } = ingress;
  return isOnDemand(ingress, sources) ? onDemandRoutesNameOf(ingressName) : inlineRoutesNameOf(ingressName);
}

/**
 * The name of the routes that have their virtual hosts in them: the ingress's own, but for an ingress whose name looks like
 * one that is made here, so that no two ingresses ever share a name.
 */
export function inlineRoutesNameOf(ingressName: string): string {
  return ingressName.startsWith(onDemand) || ingressName.startsWith(inline) ? `${inline}${ingressName}` : ingressName;
}

/**
 * The name of the routes whose virtual hosts come on demand. They stand beside those that have them inline: Envoy goes on
 * for minutes with the connections that an ingress had before it came to have its hosts another way, and these find them
 * only where they did.
 */
export function onDemandRoutesNameOf(ingressName: string): string {
  return `${onDemand}${ingressName}`;
}
