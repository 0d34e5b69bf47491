import type { ResourceMap } from "../snapshot/resource-map.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { typeUrls, xdsTypeOf, type XdsType } from "../snapshot/xds-type.js";
import { handedOver, leavers } from "./hand-over.js";
import { Opening } from "./opening.js";
import type { TypeSession } from "./type-session.js";

type AnySession = Pick<TypeSession<never>, "sent" | "exchange" | "wants" | "subscription">;

/** One of the streams by which a client gets each type of resource on its own. */
export interface OrderedStream {
  /** By type URL. */
  readonly types: ReadonlyMap<string, AnySession>;
  readonly role: Role;
  readonly bring: (snapshot: Snapshot) => void;
}

/** Clusters and endpoints are referred to; listeners, routes and virtual hosts refer to them; others do neither. */
export type Role = "referred-to" | "referring" | "other";

/** On the way from the snapshot in use to the next one. */
interface Passage {
  /** What is next, and what has gone. */
  readonly made: Snapshot;
  readonly next: Snapshot;
  step: "make" | "switch";
  /** Clusters of which a client that takes all clusters has still to ask for the endpoints: without these they are not ready. */
  readonly unasked: Set<string>;
  /** What is next, as far as ports are free for the listeners in it. */
  switched: Snapshot;
  /** Those in it that leave ports to others. */
  opening: Opening | undefined;
}

const referredTo: readonly XdsType[] = ["cluster", "endpoints"];
const referring: readonly XdsType[] = ["listener", "scoped-route", "routes", "virtual-host"];

export function roleOf(type: XdsType | undefined): Role {
  if (referredTo.some((other) => other === type)) return "referred-to";
  return referring.some((other) => other === type) ? "referring" : "other";
}

/**
 * Make before break over several streams of one client, as `Session` has it on one: from the snapshot in use to the next,
 * first all streams of clusters and endpoints get what is new beside what is there; once they have taken it, those of
 * listeners, routes and virtual hosts get theirs; once these have, clusters and endpoints that have gone are taken away.
 * Where ports change hands, listeners get theirs step by step, each once those of the step before are open. What changes
 * meanwhile comes in the next passage, as one. Each wait ends after `patienceMs`.
 */
export class NodeOrder {
  readonly #streams = new Set<OrderedStream>();
  readonly #patienceMs: number;
  #newest: Snapshot | undefined;
  #inUse: Snapshot | undefined;
  #passage: Passage | undefined;
  #patience: NodeJS.Timeout | undefined;
  #isMoving = false;
  #movesAgain = false;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get isUnused(): boolean {
    return this.#streams.size === 0;
  }

  add(stream: OrderedStream): void {
    this.#streams.add(stream);
    const snapshot = this.snapshotFor(stream.role);
    if (snapshot !== undefined) stream.bring(snapshot);
  }

  remove(stream: OrderedStream): void {
    this.#streams.delete(stream);
    if (this.isUnused) clearTimeout(this.#patience);
    else this.moved();
  }

  publish(newest: Snapshot): void {
    const isFirst = this.#newest === undefined;
    this.#newest = newest;
    this.bringTo("other", newest);
    if (isFirst) {
      // A client that comes asks in the right order by itself.
      this.#inUse = newest;
      this.bringTo("referred-to", newest);
      if (this.beginAgain(newest) === undefined) this.bringTo("referring", newest);
    }
    this.moved();
  }

  /** Something has passed on one of the streams. */
  moved(): void {
    this.#movesAgain = true;
    if (this.#isMoving) return;
    this.#isMoving = true;
    while (this.#movesAgain) {
      this.#movesAgain = false;
      this.move(false);
    }
    this.#isMoving = false;
  }

  private move(isOver: boolean): void {
    const passage = this.#passage ?? this.begin();
    if (passage === undefined) return;
    const { made, next, step } = passage;
    if (step === "make") {
      if (!isOver && !(this.haveTaken("referred-to", made) && this.haveAsked(passage))) return;
      passage.step = "switch";
      this.switch(passage);
    } else {
      if (!isOver && !(this.haveTaken("referring", passage.switched) && passage.opening?.hasAskedForAll !== false))
        return;
      if (passage.switched !== next) {
        this.switch(passage);
        return;
      }
      clearTimeout(this.#patience);
      this.#passage = undefined;
      this.#inUse = next;
      this.bringTo("referred-to", next);
    }
    this.#movesAgain = true;
  }

  private begin(): Passage | undefined {
    const [inUse, next] = [this.#inUse, this.#newest];
    if (inUse === undefined || next === undefined) return undefined;
    if (inUse === next) return this.beginAgain(next);
    const resources = {
      ...next.resources,
      cluster: union(inUse.resources.cluster, next.resources.cluster),
      endpoints: union(inUse.resources.endpoints, next.resources.endpoints),
    };
    const made = { ...next, resources };
    const endpoints = [...inUse.resources.endpoints.differences(next.resources.endpoints)];
    const unasked = new Set(endpoints.filter(({ before }) => before === undefined).map(({ key }) => key));
    this.#passage = { made, next, step: "make", unasked, switched: inUse, opening: undefined };
    this.waitAgain();
    this.bringTo("referred-to", made);
    return this.#passage;
  }

  /** A client that comes back has listeners of before, whose ports may have changed hands. */
  private beginAgain(next: Snapshot): Passage | undefined {
    const { listener } = next.resources;
    if (handedOver(this.listenersSent() ?? listener, listener) === listener) return undefined;
    const passage: Passage = {
      made: next,
      next,
      step: "switch",
      unasked: new Set(),
      switched: next,
      opening: undefined,
    };
    this.#passage = passage;
    this.switch(passage);
    return passage;
  }

  private switch(passage: Passage): void {
    const { next } = passage;
    const sent = this.listenersSent() ?? next.resources.listener;
    const listener = handedOver(sent, next.resources.listener);
    const isLast = listener === next.resources.listener;
    passage.switched = isLast ? next : { ...next, resources: { ...next.resources, listener } };
    passage.opening = isLast ? undefined : new Opening(leavers(sent, listener), next, (type) => this.sessionsOf(type));
    this.waitAgain();
    this.bringTo("referring", passage.switched);
    this.#movesAgain = true;
  }

  private listenersSent(): ResourceMap | undefined {
    return this.sessionsOf("listener")[0]?.sent;
  }

  private waitAgain(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      this.move(true);
      this.moved();
    }, this.#patienceMs);
  }

  private snapshotFor(role: Role): Snapshot | undefined {
    switch (role) {
      case "referred-to":
        return this.#passage?.made ?? this.#inUse;
      case "referring":
        return this.#passage?.step === "switch" ? this.#passage.switched : this.#inUse;
      case "other":
        return this.#newest;
    }
  }

  private bringTo(role: Role, snapshot: Snapshot): void {
    for (const stream of this.#streams) if (stream.role === role) stream.bring(snapshot);
  }

  /** An acceptance of a cluster on a stream for clusters alone does not say that it is ready. */
  private haveAsked({ unasked }: Passage): boolean {
    if (unasked.size === 0) return true;
    const [clusters, endpoints] = [this.sessionsOf("cluster"), this.sessionsOf("endpoints")];
    if (!clusters.some(({ subscription }) => subscription.wildcard)) return true;
    for (const name of unasked) {
      const isRefused = clusters.some(({ exchange }) => exchange.refusals.has(name));
      if (isRefused || endpoints.some((session) => session.wants(name))) unasked.delete(name);
    }
    return unasked.size === 0;
  }

  private sessionsOf(type: XdsType): AnySession[] {
    return [...this.#streams].flatMap(({ types }) => types.get(typeUrls[type]) ?? []);
  }

  /** Whether all streams of a role have been sent a snapshot, as far as they are interested, and have answered. */
  private haveTaken(role: Role, { resources }: Snapshot): boolean {
    for (const { role: other, types } of this.#streams) {
      if (other !== role) continue;
      for (const [typeUrl, { sent, exchange }] of types) {
        const type = xdsTypeOf(typeUrl);
        if (type !== undefined && (sent !== resources[type] || !exchange.hasAnsweredAll)) return false;
      }
    }
    return true;
  }
}

/** What is next, and what has gone. */
function union(before: ResourceMap, next: ResourceMap): ResourceMap {
  const gone = [...before.differences(next)].filter(({ after }) => after === undefined);
  return next.with(gone.map((difference) => [difference.key, difference.before] as const));
}
