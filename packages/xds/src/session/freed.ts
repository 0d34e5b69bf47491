import type { ResourceMap } from "../snapshot/resource-map.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import type { Refusal } from "./exchange.js";

type Refusals = ReadonlyMap<string, Refusal>;

/**
 * The names of others that have what a resource is to hold.
 * @param state what the client has, with what it has refused
 */
export function holdersOf({ name, holds }: XdsResource, state: ResourceMap, refusals: Refusals): string[] {
  if (holds === undefined) return [];
  const taken = [...state.values()].filter((other) => !refusals.has(other.name));
  const kept = [...refusals.values()].flatMap(({ held }) => held ?? []);
  return [...taken, ...kept].flatMap((other) => (other.name !== name && other.holds === holds ? other.name : []));
}

/** The names of what was refused while others had what it was to hold, of which one does not have it any more. */
export function freedOf(refusals: Refusals, state: ResourceMap): readonly string[] {
  return [...refusals].flatMap(([name, { resource, holders }]) => {
    const isFreed = holders.some((other) => !refusals.has(other) && state.get(other)?.holds !== resource.holds);
    return isFreed ? [name] : [];
  });
}
