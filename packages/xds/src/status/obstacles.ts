import { PersistentMap } from "../model/persistent-map.js";
import type { Network } from "../network/network.js";
import type { Obstacle } from "./report.js";

interface Followed {
  readonly conflicts: Network["conflicts"];
  /** By id of the resource that loses, and below that by what is contended. */
  readonly byLoser: Map<string, Map<string, readonly Obstacle[]>>;
}

function nothingFollowed(): Followed {
  return { conflicts: PersistentMap.empty(), byLoser: new Map() };
}

/** By audience and resource, what stands in its way there. */
export class Obstacles {
  #followed = new Map<string, Followed>();

  /** Brings all up to the networks as they are now. @returns the ids of resources of which something changed */
  advance(networks: ReadonlyMap<string, Network>): Set<string> {
    const concerned = new Set<string>();
    const followed = new Map<string, Followed>();
    for (const [audience, { conflicts }] of networks) {
      const known = this.#followed.get(audience) ?? nothingFollowed();
      for (const { key, before, after } of known.conflicts.differences(conflicts)) {
        for (const { resourceId } of before ?? []) {
          known.byLoser.get(resourceId)?.delete(key);
          concerned.add(resourceId);
        }
        for (const conflict of after ?? []) {
          const { resourceId } = conflict;
          const ofLoser = known.byLoser.get(resourceId) ?? new Map<string, readonly Obstacle[]>();
          ofLoser.set(key, [...(ofLoser.get(key) ?? []), conflict]);
          known.byLoser.set(resourceId, ofLoser);
          concerned.add(resourceId);
        }
      }
      for (const id of concerned) if (known.byLoser.get(id)?.size === 0) known.byLoser.delete(id);
      followed.set(audience, { conflicts, byLoser: known.byLoser });
    }
    this.#followed = followed;
    return concerned;
  }

  of(id: string, audience: string): readonly Obstacle[] {
    return [...(this.#followed.get(audience)?.byLoser.get(id)?.values() ?? [])].flat();
  }
}
