import type { PersistentMap } from "../model/persistent-map.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";

type Hosts = PersistentMap<PlannedVirtualHost>;

/** Above this number of changes they are sorted anew. */
const mostChanges = 64;
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
    if (++changes > mostChanges) return undefined;
    const replaced = is === undefined ? [] : [is];
    ordered.splice(placeOf(domain, ordered), was === undefined ? 0 : 1, ...replaced);
  }
  return ordered;
}

/** Where a domain stands, or would stand. */
function placeOf(domain: string, ordered: readonly PlannedVirtualHost[]): number {
  let [from, to] = [0, ordered.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ordered[middle]?.domain ?? "") < domain) from = middle + 1;
    else to = middle;
  }
  return from;
}

function byDomain(a: PlannedVirtualHost, b: PlannedVirtualHost): number {
  return a.domain < b.domain ? -1 : 1;
}
