import type { TypeSession } from "../session/type-session.js";
import type { ResourceMap } from "../snapshot/resource-map.js";
import type { Source, XdsResource } from "../snapshot/xds-resource.js";
import type { XdsType } from "../snapshot/xds-type.js";

/** An xDS resource that a node is to have and does not, as far as it has answered. */
export interface Lack {
  readonly type: XdsType;
  readonly name: string;
  /** What it has of that name; undefined: nothing. */
  readonly held: XdsResource | undefined;
  readonly wanted: XdsResource;
  /** Why it refused it; undefined: it has not. */
  readonly rejection: string | undefined;
}

/** What a stream says of one type. */
export type Told = Pick<TypeSession<never>, "exchange" | "sent" | "wants" | "subscription">;

/** Whether nothing is lacking for sure, at no cost. */
export function isCurrent({ exchange, sent }: Told, target: ResourceMap): boolean {
  if (exchange.refusals.size > 0) return false;
  const answered = exchange.answered(sent);
  return answered === target || answered.version === target.version;
}

/** What a stream lacks of what its client is subscribed to. Costs what the differences cost, not the number of resources. */
export function* lacksOf(type: XdsType, told: Told, target: ResourceMap): Iterable<Lack> {
  const { exchange, sent } = told;
  const { refusals } = exchange;
  for (const { key: name, before, after } of exchange.answered(sent).differences(target)) {
    if (after === undefined || refusals.has(name) || !told.wants(name)) continue;
    yield { type, name, held: before, wanted: after, rejection: undefined };
  }
  for (const [name, { resource, held, message }] of refusals) {
    const wanted = target.get(name);
    if (wanted === undefined || wanted.version === held?.version || !told.wants(name)) continue;
    yield { type, name, held, wanted, rejection: wanted.version === resource.version ? message : undefined };
  }
}

/** By id of a declared resource: why it was rejected; undefined: it has only not been taken yet. */
export type Lacking = ReadonlyMap<string, string | undefined>;

/**
 * The declared resources that are not on a node with these lacks: those of whose version nothing is in what the node has
 * instead. Who shares a resource with them, such as the older routes of an ingress, goes on as it was.
 */
export function lackingOf(lacks: Iterable<Lack>): Lacking {
  const lacking = new Map<string, string | undefined>();
  for (const { held, wanted, rejection } of lacks) {
    const known = held === undefined ? nothing : indexesOf(held);
    const missing = wanted.sources.filter(({ id, index }) => known.get(id) !== index);
    // Rejected for what others left, such as a loser that has its way now: the one it is named after has to tell.
    const told = rejection !== undefined && missing.length === 0 ? wanted.sources.slice(0, 1) : missing;
    for (const { id } of told) lacking.set(id, rejection ?? lacking.get(id));
  }
  return lacking;
}

const nothing: ReadonlyMap<string, bigint> = new Map();
const indexes = new WeakMap<readonly Source[], ReadonlyMap<string, bigint>>();

/** Of a resource that many nodes still have, worked out once. */
function indexesOf({ sources }: XdsResource): ReadonlyMap<string, bigint> {
  let known = indexes.get(sources);
  if (known === undefined) {
    known = new Map(sources.map(({ id, index }) => [id, index]));
    indexes.set(sources, known);
  }
  return known;
}
