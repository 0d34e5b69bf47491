import { PersistentMap } from "../model/persistent-map.js";
import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { scopedRouteOf, scopeNameOf } from "../translate/scoped-route.js";
import { attempted } from "./attempted.js";
import { scopedRouteResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import { translatedHost } from "./virtual-hosts.js";
import type { XdsResource } from "./xds-resource.js";

type Change = readonly [name: string, resource: XdsResource | undefined];
const none = PersistentMap.empty<PlannedVirtualHost>();

/** The domains that differ between two networks, each as a scope; those of ingresses alone. */
export function* changedScopedHosts(before: Network, after: Network, options: TranslationOptions): Iterable<Change> {
  const { program, failed } = options;
  if (program === "grpc") return;
  const ingressNames = new Set<string>();
  for (const { key } of before.virtualHosts.differences(after.virtualHosts)) ingressNames.add(key);
  for (const { key } of before.ingresses.differences(after.ingresses)) ingressNames.add(key);
  for (const ingressName of ingressNames) {
    for (const { key: host, after: planned } of hostsOf(before, ingressName).differences(hostsOf(after, ingressName))) {
      const name = scopeNameOf({ ingressName, host });
      if (name === undefined) continue;
      const translate = (): Change => [
        name,
        planned && scopedRouteResource(scopedRouteOf(name, translatedHost(planned, program)), planned.policies),
      ];
      yield* attempted(`scope ${name}`, translate, failed);
    }
  }
}

function hostsOf({ ingresses, virtualHosts }: Network, ingressName: string): PersistentMap<PlannedVirtualHost> {
  return ingresses.get(ingressName) === undefined ? none : (virtualHosts.get(ingressName) ?? none);
}
