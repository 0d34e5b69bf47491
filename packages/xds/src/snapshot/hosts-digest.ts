import { PersistentMap } from "../model/persistent-map.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import type { ClientProgram } from "../translate/client-program.js";
import { toggled, zeroDigest, type Digest } from "./digest.js";
import { hostDigestOf } from "./joined-hosts.js";
import { translatedHost } from "./virtual-hosts.js";

type Hosts = PersistentMap<PlannedVirtualHost>;

const none: Hosts = PersistentMap.empty();
const digests: Readonly<Record<ClientProgram, WeakMap<Hosts, Digest>>> = { envoy: new WeakMap(), grpc: new WeakMap() };

/**
 * The digest of virtual hosts as a set. What comes or goes among thousands costs what it is itself, where the digest of before
 * is known.
 * @param before as they were a change ago
 */
export function hostsDigestOf(hosts: Hosts, before: Hosts | undefined, program: ClientProgram): Digest {
  const known = digests[program];
  const whole = known.get(hosts);
  if (whole !== undefined) return whole;
  const earlier = before !== undefined && known.has(before) ? before : none;
  let digest = known.get(earlier) ?? zeroDigest;
  for (const { before: was, after: is } of earlier.differences(hosts)) {
    for (const host of [was, is]) {
      if (host !== undefined) digest = toggled(digest, hostDigestOf(translatedHost(host, program)));
    }
  }
  known.set(hosts, digest);
  return digest;
}
