import { PersistentMap } from "../model/persistent-map.js";
import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { onDemandRouteConfigurationOf, routeConfigurationOf } from "../translate/route-configuration.js";
import { inlineRoutesNameOf, onDemandRoutesNameOf } from "../translate/routes-name.js";
import { attempted } from "./attempted.js";
import { hostsDigestOf } from "./hosts-digest.js";
import { hostsInOrder } from "./hosts-in-order.js";
import { routesResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import { translatedHost } from "./virtual-hosts.js";
import type { XdsResource } from "./xds-resource.js";

type Change = readonly [name: string, resource: XdsResource | undefined];

/**
 * The route configurations that may differ between two networks, with all virtual hosts in them. Of all ingresses, as Envoy
 * goes on for minutes with the connections that an ingress had before it came to have them another way; where no client asks
 * for them, they cost little.
 */
export function changedRoutes(before: Network, after: Network, options: TranslationOptions): Change[] {
  const names = new Set<string>();
  for (const { key } of before.ingresses.differences(after.ingresses)) names.add(key);
  for (const { key } of before.virtualHosts.differences(after.virtualHosts)) names.add(key);
  return [...names].flatMap((ingressName) => {
    const name = inlineRoutesNameOf(ingressName);
    const translate = (): Change => [name, routesFrom(before, after, ingressName, options)];
    return [...attempted(`routes ${name}`, translate, options.failed)];
  });
}

/** The same, whose virtual hosts come on demand: they change with their ingress alone. */
export function changedOnDemandRoutes(before: Network, after: Network, options: TranslationOptions): Change[] {
  const { sources, program, failed } = options;
  if (sources.transport !== "delta" || program === "grpc") return [];
  return [...before.ingresses.differences(after.ingresses)].flatMap(({ key, after: ingress }) => {
    const name = onDemandRoutesNameOf(key);
    const translate = (): Change => [
      name,
      ingress && routesResource(onDemandRouteConfigurationOf(ingress.value, sources), () => [ingress]),
    ];
    return [...attempted(`routes ${name}`, translate, failed)];
  });
}

const noHosts = PersistentMap.empty<PlannedVirtualHost>();

function routesFrom(
  before: Network,
  network: Network,
  ingressName: string,
  { program }: TranslationOptions,
): XdsResource | undefined {
  const ingress = network.ingresses.get(ingressName);
  if (ingress === undefined) return undefined;
  const [planned, earlier] = [network.virtualHosts.get(ingressName) ?? noHosts, before.virtualHosts.get(ingressName)];
  const inOrder = () => hostsInOrder(planned, earlier);
  return routesResource(
    routeConfigurationOf(inlineRoutesNameOf(ingressName)),
    () => [ingress, ...inOrder().flatMap(({ policies }) => policies)],
    {
      digest: hostsDigestOf(planned, earlier, program),
      list: () => inOrder().map((host) => translatedHost(host, program)),
    },
  );
}
