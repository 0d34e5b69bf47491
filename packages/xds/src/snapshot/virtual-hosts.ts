import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { PersistentMap } from "../model/persistent-map.js";
import type { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import type { ClientProgram } from "../translate/client-program.js";
import { onDemandRoutesNameOf } from "../translate/routes-name.js";
import { virtualHostOf } from "../translate/virtual-host.js";
import { virtualHostNameOf } from "../translate/virtual-host-name.js";
import { attempted } from "./attempted.js";
import { virtualHostResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import { announcement, type XdsResource } from "./xds-resource.js";

type Change = readonly [name: string, resource: XdsResource | undefined];
const none = PersistentMap.empty<PlannedVirtualHost>();

/** The virtual hosts that differ between two networks, each as a resource of its own; those of ingresses alone. */
export function* changedVirtualHosts(
  before: Network,
  after: Network,
  { program, failed }: TranslationOptions,
): Iterable<Change> {
  const ingressNames = new Set<string>();
  for (const { key } of before.virtualHosts.differences(after.virtualHosts)) ingressNames.add(key);
  for (const { key } of before.ingresses.differences(after.ingresses)) ingressNames.add(key);
  for (const name of ingressNames) {
    for (const { key: domain, after: host } of hostsOf(before, name).differences(hostsOf(after, name))) {
      const hostName = virtualHostNameOf({ ingressName: onDemandRoutesNameOf(name), host: domain });
      const translate = (): Change => [
        hostName,
        host && virtualHostResource({ ...translatedHost(host, program), name: hostName }, host.policies),
      ];
      yield* attempted(`virtual host ${hostName}`, translate, failed);
    }
  }
}

/**
 * That the virtual hosts of some routes come on demand, in the version of these: Envoy waits with a listener until it hears
 * anything at all about the virtual hosts of its routes.
 */
export function announcementOf(routesName: string, routes: XdsResource | undefined): Change {
  const name = virtualHostNameOf({ ingressName: routesName, host: "" });
  return [name, routes && announcement(name, routes.digest)];
}

function hostsOf({ ingresses, virtualHosts }: Network, ingressName: string): PersistentMap<PlannedVirtualHost> {
  return ingresses.get(ingressName) === undefined ? none : (virtualHosts.get(ingressName) ?? none);
}

/** By what it was translated from, so that one change among thousands of hosts costs one translation. */
const translatedHosts: Readonly<Record<ClientProgram, WeakMap<PlannedVirtualHost, VirtualHost>>> = {
  envoy: new WeakMap(),
  grpc: new WeakMap(),
};

export function translatedHost(planned: PlannedVirtualHost, program: ClientProgram): VirtualHost {
  let host = translatedHosts[program].get(planned);
  if (host === undefined) {
    host = virtualHostOf(planned, program);
    translatedHosts[program].set(planned, host);
  }
  return host;
}
