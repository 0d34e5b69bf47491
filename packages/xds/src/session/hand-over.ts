import type { ResourceMap } from "../snapshot/resource-map.js";
import type { XdsResource } from "../snapshot/xds-resource.js";

/**
 * The next step from what a client has been sent to what it is to have, where resources take over what others hold: Envoy
 * refuses a listener for as long as another has its port, also when that one moves away in the same response. A
 * listener that takes over a port keeps its old place until the port is free; where several wait for one another, as
 * when two exchange their ports, one of them is closed in between. Step by step this comes to `target`.
 */
export function handedOver(sent: ResourceMap, target: ResourceMap): ResourceMap {
  const takers = [...sent.differences(target)].flatMap(({ before, after }) =>
    after?.holds !== undefined && after.holds !== before?.holds ? [after] : [],
  );
  if (takers.length === 0) return target;
  const holders = new Map([...sent.values()].map((resource) => [resource.holds, resource.name]));
  const early = takers.filter((taker) => {
    const holder = holders.get(taker.holds);
    // What goes altogether goes before anything comes.
    return holder !== undefined && holder !== taker.name && target.get(holder) !== undefined;
  });
  if (early.length === 0) return target;
  const step = target.with(early.map(({ name }) => [name, sent.get(name)] as const));
  if (step.version !== sent.version) return step;
  const [closed] = early.flatMap(({ name }) => sent.get(name) ?? []).sort(byName);
  return closed === undefined ? target : step.with([[closed.name, undefined]]);
}

/** The names of those that give up in a step what they hold, and stay. */
export function* leavers(sent: ResourceMap, step: ResourceMap): Iterable<string> {
  for (const { key, before, after } of sent.differences(step)) {
    if (before?.holds !== undefined && after !== undefined && after.holds !== before.holds) yield key;
  }
}

function byName(a: XdsResource, b: XdsResource): number {
  return a.name < b.name ? -1 : 1;
}
