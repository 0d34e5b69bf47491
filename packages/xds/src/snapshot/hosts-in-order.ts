import type { PersistentMap } from "../model/persistent-map.js";
import { mostPlaced, placeIn } from "../model/place.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";

type Hosts = PersistentMap<PlannedVirtualHost>;

const inOrder = new WeakMap<Hosts, readonly PlannedVirtualHost[]>();

/**
 * Virtual hosts by domain: their order in a route configuration follows from the declarations alone. One that comes among
 * thousands is put in its place, as sorting them all for each change would cost more than all else.
 * @param before as they were a change ago
 */
export function hostsInOrder(hosts: Hosts, before: Hosts | undefined): readonly PlannedVirtualHost[] {
  let ordered = inOrder.get(hosts);
  if (ordered === undefined) {
    ordered = (before && changedOrder(before, hosts)) ?? [...hosts.values()].sort(byDomain);
    inOrder.set(hosts, ordered);
  }
  return ordered;
}

function changedOrder(before: Hosts, hosts: Hosts): readonly PlannedVirtualHost[] | undefined {
  const known = inOrder.get(before);
  if (known === undefined) return undefined;
  const ordered = [...known];
  let changes = 0;
  for (const { key: domain, before: was, after: is } of before.differences(hosts)) {
    if (++changes > mostPlaced) return undefined;
    const replaced = is === undefined ? [] : [is];
    const place = placeIn(ordered, (host) => host.domain < domain);
    ordered.splice(place, was === undefined ? 0 : 1, ...replaced);
  }
  return ordered;
}

function byDomain(a: PlannedVirtualHost, b: PlannedVirtualHost): number {
  return a.domain < b.domain ? -1 : 1;
}
