import { PersistentMap } from "../model/persistent-map.js";
import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { isOnDemand } from "../translate/on-demand.js";
import { onDemandRouteConfigurationOf, routeConfigurationOf } from "../translate/route-configuration.js";
import { attempted } from "./attempted.js";
import { routesResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import { translatedHost } from "./virtual-hosts.js";
import type { XdsResource } from "./xds-resource.js";

/** The route configurations that may differ between two networks. */
export function changedRoutes(
  before: Network,
  after: Network,
  options: TranslationOptions,
): (readonly [ingressName: string, resource: XdsResource | undefined])[] {
  const names = new Set<string>();
  for (const { key } of before.ingresses.differences(after.ingresses)) names.add(key);
  for (const { key } of before.virtualHosts.differences(after.virtualHosts)) names.add(key);
  return [...names].flatMap((name) => [
    ...attempted(`routes ${name}`, () => [name, routesFrom(after, name, options)] as const, options.failed),
  ]);
}

function routesFrom(network: Network, ingressName: string, options: TranslationOptions): XdsResource | undefined {
  const ingress = network.ingresses.get(ingressName);
  if (ingress === undefined) return undefined;
  if (isOnDemand(ingress.value, options.sources)) {
    return routesResource(onDemandRouteConfigurationOf(ingress.value, options.sources), [ingress]);
  }
  const hosts = [...(network.virtualHosts.get(ingressName) ?? PersistentMap.empty<PlannedVirtualHost>()).values()];
  hosts.sort((a, b) => (a.domain < b.domain ? -1 : 1));
  const configuration = routeConfigurationOf(
    ingressName,
    hosts.map((host) => translatedHost(host, options.program)),
  );
  return routesResource(configuration, [ingress, ...hosts.flatMap(({ policies }) => policies)]);
}
