import type { HttpIngress } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import { emptyNetwork, type Network } from "../network/network.js";
import type { PersistentMap } from "../model/persistent-map.js";
import type { XdsType } from "./xds-type.js";

/** Types that are made of each domain once more, beside the routes of its ingress. */
export type DomainType = "scoped-route" | "virtual-host";

export function isDomainType(type: XdsType | undefined): type is DomainType {
  return type === "scoped-route" || type === "virtual-host";
}

/**
 * A network as far as a type is to be made of it: none of it where no ingress gives its domains in that way and no client
 * asks for the type. Else all of it, as Envoy goes on for minutes with the connections that an ingress had before it came
 * to give its domains another way: who asks for the type has it until it asks no more.
 */
export function wantedIn(network: Network, type: DomainType, asked: ReadonlySet<XdsType>): Network {
  return asked.has(type) || waysOf(network.ingresses).has(type) ? network : emptyNetwork;
}

const ways = new WeakMap<PersistentMap<Declared<HttpIngress>>, ReadonlySet<DomainType>>();

/** In which ways some ingress gives its domains. */
function waysOf(ingresses: PersistentMap<Declared<HttpIngress>>): ReadonlySet<DomainType> {
  let known = ways.get(ingresses);
  if (known === undefined) {
    known = new Set([...ingresses.values()].flatMap(({ value }) => wayOf(value)));
    ways.set(ingresses, known);
  }
  return known;
}

function wayOf({ scopedVirtualHosts, onDemandVirtualHosts }: HttpIngress): readonly DomainType[] {
  if (scopedVirtualHosts) return ["scoped-route"];
  return onDemandVirtualHosts ? ["virtual-host"] : [];
}
