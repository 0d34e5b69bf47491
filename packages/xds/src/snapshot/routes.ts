import { PersistentMap } from "../model/persistent-map.js";
import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { isOnDemand } from "../translate/on-demand.js";
import { onDemandRouteConfigurationOf, routeConfigurationOf } from "../translate/route-configuration.js";
import { isScoped } from "../translate/scoped-route.js";
import { attempted } from "./attempted.js";
import { hostsInOrder } from "./hosts-in-order.js";
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
    ...attempted(`routes ${name}`, () => [name, routesFrom(before, after, name, options)] as const, options.failed),
  ]);
}

const noHosts = PersistentMap.empty<PlannedVirtualHost>();

function routesFrom(
  before: Network,
  network: Network,
  ingressName: string,
  options: TranslationOptions,
): XdsResource | undefined {
  const ingress = network.ingresses.get(ingressName);
  if (ingress === undefined || isScoped(ingress.value, options.program)) return undefined;
  if (isOnDemand(ingress.value, options.sources)) {
    return routesResource(onDemandRouteConfigurationOf(ingress.value, options.sources), [ingress]);
  }
  const hosts = hostsInOrder(network.virtualHosts.get(ingressName) ?? noHosts, before.virtualHosts.get(ingressName));
  const configuration = routeConfigurationOf(
    ingressName,
    hosts.map((host) => translatedHost(host, options.program)),
  );
  return routesResource(configuration, [ingress, ...hosts.flatMap(({ policies }) => policies)]);
}
