import { isIP, isIPv6 } from "node:net";
import type { InstanceSet, InstanceSet_Instance } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";

/**
 * The instances of all sets of a service: each address and port once, of the oldest set that has it, in an order that
 * does not depend on the sets'. Instances that speak UDP are left out, as clusters here carry HTTP over TCP.
 */
export function instancesOf(sets: readonly Declared<InstanceSet>[]): InstanceSet_Instance[] {
  const byPlace = new Map<string, InstanceSet_Instance>();
  for (const { value } of sets) {
    for (const declared of value.instances) {
      if (declared.transportProtocol === "TRANSPORT_PROTOCOL_UDP") continue;
      const instance = { ...declared, address: canonicalAddress(declared.address) };
      const place = `${instance.address} ${instance.port}`;
      if (!byPlace.has(place)) byPlace.set(place, instance);
    }
  }
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, instance]) => instance);
}

/** Whether Envoy has to resolve an instance's address itself: one of a host name, which EDS does not take. */
export function isHostName({ address }: InstanceSet_Instance): boolean {
  return isIP(address) === 0;
}

/** One spelling for each address, so that it is the same instance however it is written. */
function canonicalAddress(address: string): string {
  if (!isIPv6(address)) return address.toLowerCase();
  // An address of one link alone names the link, which is no part of URLs' addresses: `fe80::1%eth0`.
  const [plain = "", ...link] = address.split("%");
  return [new URL(`http://[${plain}]`).hostname.slice(1, -1), ...link].join("%");
}

/** The name that an instance's certificate has to be for. */
export function tlsNameOf({ hostname, address }: InstanceSet_Instance): string {
  return hostname === "" ? address : hostname.toLowerCase();
}
