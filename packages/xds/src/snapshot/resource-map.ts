import { PersistentMap, type Difference } from "../model/persistent-map.js";
import { toggled, versionOf, zeroDigest, type Digest } from "./digest.js";
import type { XdsResource } from "./xds-resource.js";

/** The resources of one type by name, with a version that is a hash of them all. Immutable; copies share. */
export class ResourceMap {
  static readonly empty = new ResourceMap(PersistentMap.empty(), zeroDigest);

  static of(resources: Iterable<XdsResource>): ResourceMap {
    return ResourceMap.empty.with([...resources].map((resource) => [resource.name, resource] as const));
  }

  readonly #resources: PersistentMap<XdsResource>;
  readonly #digest: Digest;

  private constructor(resources: PersistentMap<XdsResource>, digest: Digest) {
    this.#resources = resources;
    this.#digest = digest;
  }

  get size(): number {
    return this.#resources.size;
  }

  /** Equal for equal contents, however they came about. */
  get version(): string {
    return versionOf(this.#digest);
  }

  get(name: string): XdsResource | undefined {
    return this.#resources.get(name);
  }

  values(): Iterable<XdsResource> {
    return this.#resources.values();
  }

  /** This map with some resources set, or removed where undefined. Of equal versions the one that is there stays. */
  with(changes: Iterable<readonly [string, XdsResource | undefined]>): ResourceMap {
    let digest = this.#digest;
    const effective = new Map<string, XdsResource | undefined>();
    for (const [name, resource] of changes) {
      const current = effective.has(name) ? effective.get(name) : this.#resources.get(name);
      if (current?.version === resource?.version) continue;
      if (current !== undefined) digest = toggled(digest, current.digest);
      if (resource !== undefined) digest = toggled(digest, resource.digest);
      effective.set(name, resource);
    }
    return effective.size === 0 ? this : new ResourceMap(this.#resources.with(effective), digest);
  }

  /** The resources in which `after` is not this map, by version. Costs what the differences cost, not the size. */
  *differences(after: ResourceMap): Iterable<Difference<XdsResource>> {
    for (const difference of this.#resources.differences(after.#resources)) {
      if (difference.before?.version !== difference.after?.version) yield difference;
    }
  }
}
