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

function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address.toLowerCase();
}

/** The name that an instance's certificate has to be for. */
export function tlsNameOf({ hostname, address }: InstanceSet_Instance): string {
  return hostname === "" ? address : hostname.toLowerCase();
}
