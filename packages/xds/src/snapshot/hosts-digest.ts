import type { PersistentMap } from "../model/persistent-map.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import type { ClientProgram } from "../translate/client-program.js";
import { toggled, zeroDigest, type Digest } from "./digest.js";
import { hostDigestOf } from "./joined-hosts.js";
import { translatedHost } from "./virtual-hosts.js";

type Hosts = PersistentMap<PlannedVirtualHost>;

const digests: Readonly<Record<ClientProgram, WeakMap<Hosts, Digest>>> = { envoy: new WeakMap(), grpc: new WeakMap() };

/**
 * The digest of virtual hosts as a set. What comes or goes among thousands costs what it is itself, where the digest of before
 * is known.
 * @param before as they were a change ago
 */
export function hostsDigestOf(hosts: Hosts, before: Hosts | undefined, program: ClientProgram): Digest {
  const known = digests[program];
  let digest = known.get(hosts);
  if (digest === undefined) {
    const toggledBy = (sum: Digest, host: PlannedVirtualHost | undefined): Digest =>
      host === undefined ? sum : toggled(sum, hostDigestOf(translatedHost(host, program)));
    digest = before && known.get(before);
    if (before === undefined || digest === undefined) {
      digest = zeroDigest;
      for (const host of hosts.values()) digest = toggledBy(digest, host);
    } else {
      for (const { before: was, after: is } of before.differences(hosts))
        digest = toggledBy(toggledBy(digest, was), is);
    }
    known.set(hosts, digest);
  }
  return digest;
}
