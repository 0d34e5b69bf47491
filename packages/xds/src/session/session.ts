import { ResourceMap } from "../snapshot/resource-map.js";
import { isExtended, type Snapshot } from "../snapshot/snapshot.js";
import { typeUrls, xdsTypeOf, type XdsType } from "../snapshot/xds-type.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import { handedOver } from "./hand-over.js";
import { PortRetry } from "./port-retry.js";
import type { Answer, Push } from "./push.js";
import type { TypeSession, Update } from "./type-session.js";

export interface SessionOptions<Request> {
  /** Makes the session of a type; undefined for a type that is not served. */
  readonly typeSession: (type: XdsType | undefined) => TypeSession<Request>;
  /** Whether the stream is for all types; on one for a single type there is nothing to be put in order. */
  readonly aggregated: boolean;
  /** How long a push may wait for the client's answer to an earlier one, in milliseconds. */
  readonly patienceMs: number;
  /** How long until a listener is offered again that a client could not open, in milliseconds; 0: never. */
  readonly portRetryMs: number;
}

/** Sent as they come, the newest first of all: what listeners and routes may refer to. */
const referredTo = ["cluster", "endpoints"] as const;
/** Sent one after the other, once the client has taken what they refer to. */
const referring = ["listener", "scoped-route", "routes", "virtual-host"] as const;

type ReferredTo = (typeof referredTo)[number];

/** One passage of a snapshot through listeners, routes and virtual hosts. */
interface Round {
  readonly snapshot: Snapshot;
  /** How many pushes of what it refers to came before it, which the client has to take first. */
  readonly after: Readonly<Record<ReferredTo, number>>;
  /** How many pushes of listeners there were when it began. */
  readonly listeners: number;
}

/**
 * One stream: which push is next, so that no update ever takes away what traffic still uses (make before break).
 *
 * Clusters and their endpoints go out as they are now, never waiting for anything but the answer to their own last push.
 * Listeners, routes and virtual hosts follow in rounds. A round keeps the snapshot it began with, so that steady changes
 * cannot hold it up: it waits until the client has taken the clusters and endpoints of this snapshot, then sends
 * listeners, routes and virtual hosts, each after the client took the one before. Clusters and endpoints that have gone
 * stay with the client until no round needs them. Each wait ends after `patienceMs`.
 *
 * A state machine apart from I/O: `next` says what to send, whenever there is room to send it.
 */
export class Session<Request extends { readonly typeUrl: string }> {
  readonly #options: SessionOptions<Request>;
  readonly #types = new Map<string, TypeSession<Request>>();
  #snapshot: Snapshot | undefined;
  #round: Round | undefined;
  /** The snapshot whose listeners, routes and virtual hosts the client has; undefined before the first. */
  #inUse: Snapshot | undefined;
  /** The snapshot of the round whose virtual hosts were sent last in it; undefined before that. */
  #hostsOf: Snapshot | undefined;
  /** Whether something is due that waits for an answer, or for what the client asks next. */
  #held = false;
  #firstAskedMs: number | undefined;
  readonly #portRetry: PortRetry;

  constructor(options: SessionOptions<Request>) {
    this.#options = options;
    this.#portRetry = new PortRetry(options.portRetryMs);
  }

  /** By type URL: what the client has asked about on this stream. */
  get types(): ReadonlyMap<string, TypeSession<Request>> {
    return this.#types;
  }

  /** Takes in a request; returns what it says of an earlier push, if it does. */
  receive(request: Request): Answer | undefined {
    let type = this.#types.get(request.typeUrl);
    if (type === undefined) {
      type = this.#options.typeSession(xdsTypeOf(request.typeUrl));
      this.#types.set(request.typeUrl, type);
    }
    const answer = type.receive(request);
    const freed = type.exchange.takeFreed();
    if (freed.length > 0) type.resend(freed);
    return answer;
  }

  publish(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    // What is made only now that the client asks for it is not to be told to be missing.
    if (this.#round !== undefined && isExtended(this.#round.snapshot, snapshot))
      this.#round = { ...this.#round, snapshot };
  }

  /** The push to send now, which then counts as sent; undefined: none until a request, a snapshot or `wakeAtMs`. */
  next(nowMs: number): Push | undefined {
    const newest = this.#snapshot;
    this.#held = false;
    if (newest === undefined) return undefined;
    this.#firstAskedMs ??= nowMs;
    this.#portRetry.offer(this.session("listener"), nowMs);
    if (this.#round === undefined && this.hasAskedForAll(nowMs) && !this.isDueReferring(newest)) this.#inUse = newest;
    return (
      this.nextReferredTo(newest, nowMs) ??
      this.nextUnordered(newest, nowMs) ??
      this.nextReferring(newest, nowMs) ??
      this.nextOnDemand(nowMs)
    );
  }

  /** When `next` may have something although nothing has happened, in its clock: it waits no longer, or tries again. */
  wakeAtMs(nowMs: number): number | undefined {
    const moments = this.#portRetry.atMs === undefined ? [] : [this.#portRetry.atMs];
    if (this.#held) {
      const { patienceMs } = this.#options;
      moments.push(
        ...[...this.#types.values()].flatMap(({ exchange }) => exchange.nextExpiryMs(nowMs, patienceMs) ?? []),
      );
      if (!this.hasAskedForAll(nowMs)) moments.push((this.#firstAskedMs ?? nowMs) + patienceMs);
    }
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  private nextReferredTo(newest: Snapshot, nowMs: number): Push | undefined {
    for (const type of referredTo) {
      const session = this.session(type);
      if (session === undefined) continue;
      const target = this.target(type, session, newest);
      if (!session.isDue(target) || !this.isOpen(session, nowMs)) continue;
      const { push, changed } = this.push(typeUrls[type], session, target, newest.revision, nowMs);
      // A client that is given a cluster again waits for its endpoints again, and does not ask for them.
      if (type === "cluster") this.session("endpoints")?.resend(changed.map(({ name }) => name));
      return push;
    }
    return undefined;
  }

  /** The newest resources of a type, with what has gone and is still needed. */
  private target(type: ReferredTo, { sent }: TypeSession<Request>, newest: Snapshot): ResourceMap {
    const resources = newest.resources[type];
    const kept = new Map<string, XdsResource>();
    for (const { key, before, after } of sent.differences(resources)) {
      if (before !== undefined && after === undefined && this.isNeeded(type, key, newest)) kept.set(key, before);
    }
    // Of what the client asks for just now, `sent` does not know that it was there.
    for (const snapshot of [this.#round?.snapshot, this.#inUse]) {
      for (const { key, before, after } of snapshot?.resources[type].differences(resources) ?? []) {
        if (before !== undefined && after === undefined && !kept.has(key)) kept.set(key, before);
      }
    }
    return resources.with(kept);
  }

  private isNeeded(type: ReferredTo, name: string, newest: Snapshot): boolean {
    if (this.#inUse === undefined) {
      this.#held = true;
      return true;
    }
    if ([this.#inUse, this.#round?.snapshot].some((snapshot) => snapshot?.resources[type].get(name) !== undefined))
      return true;
    // Endpoints do not go before the cluster that they are of.
    const clusterGoes = newest.resources.cluster.get(name) === undefined;
    return type === "endpoints" && clusterGoes && this.session("cluster")?.sent.get(name) !== undefined;
  }

  /** Types that nothing here refers to, and those that are not served, of which there is nothing. */
  private nextUnordered(snapshot: Snapshot, nowMs: number): Push | undefined {
    for (const [typeUrl, session] of this.#types) {
      const type = xdsTypeOf(typeUrl);
      if (isOrdered(type)) continue;
      const target = type === undefined ? ResourceMap.empty : snapshot.resources[type];
      if (!session.isDue(target) || !this.isOpen(session, nowMs)) continue;
      return this.push(typeUrl, session, target, snapshot.revision, nowMs).push;
    }
    return undefined;
  }

  private nextReferring(newest: Snapshot, nowMs: number): Push | undefined {
    this.#round ??= this.begin(newest);
    if (this.#round === undefined) return undefined;
    const step = this.step(this.#round, nowMs);
    if (step === "wait") return undefined;
    if (step !== "done") return step;
    this.#inUse = this.#round.snapshot;
    this.#hostsOf = undefined;
    this.#round = undefined;
    // What only the last round needed may go now, and another round may begin.
    return this.next(nowMs);
  }

  /**
   * Virtual hosts that requests wait for at the client are given as it may have them now, while a round is held up by what
   * they have nothing to do with.
   */
  private nextOnDemand(nowMs: number): Push | undefined {
    const session = this.session("virtual-host");
    const snapshot = this.#hostsOf ?? this.#inUse;
    if (session?.isUrgent !== true || snapshot === undefined) return undefined;
    const target = snapshot.resources["virtual-host"];
    return this.push(typeUrls["virtual-host"], session, target, snapshot.revision, nowMs).push;
  }

  /** A round begins when something is due in it, and everything that it refers to has been pushed. */
  private begin(newest: Snapshot): Round | undefined {
    if (!this.isDueReferring(newest)) return undefined;
    for (const type of referredTo) {
      const session = this.session(type);
      if (session?.isDue(this.target(type, session, newest)) === true) return undefined;
    }
    const pushes = (type: XdsType) => this.session(type)?.exchange.pushes ?? 0;
    const after = { cluster: pushes("cluster"), endpoints: pushes("endpoints") };
    return { snapshot: newest, after, listeners: pushes("listener") };
  }

  /**
   * A client that comes back asks for its clusters first, and has listeners and routes that use them: before it has asked
   * for those, nothing that it has is taken away.
   */
  private hasAskedForAll(nowMs: number): boolean {
    if (!this.#options.aggregated || this.session("listener") !== undefined) return true;
    return this.#firstAskedMs !== undefined && nowMs - this.#firstAskedMs >= this.#options.patienceMs;
  }

  private isDueReferring(newest: Snapshot): boolean {
    return referring.some((type) => this.session(type)?.isDue(newest.resources[type]) === true);
  }

  private step(round: Round, nowMs: number): Push | "wait" | "done" {
    const { snapshot, after } = round;
    for (const type of referredTo) if (!this.hasTaken(this.session(type), after[type], nowMs)) return "wait";
    for (const type of referring) {
      const session = this.session(type);
      if (session === undefined) continue;
      const whole = snapshot.resources[type];
      const target = type === "listener" ? handedOver(session.sent, whole) : whole;
      if (session.isDue(target)) {
        if (!this.isOpen(session, nowMs)) return "wait";
        const opening = type === "listener" ? this.opening(round, session, nowMs) : undefined;
        if (opening !== undefined) return opening;
        if (type === "virtual-host") this.#hostsOf = snapshot;
        return this.push(typeUrls[type], session, target, snapshot.revision, nowMs).push;
      }
      if (!this.hasTaken(session, session.exchange.pushes, nowMs)) return "wait";
    }
    return "done";
  }

  /**
   * Between two steps of a hand-over: a listener that has moved holds its old port until it is open at the new one, so that
   * what it waits for comes before another listener takes the port. What the client has already changes in its turn.
   */
  private opening(round: Round, listeners: TypeSession<Request>, nowMs: number): Push | "wait" | undefined {
    if (listeners.exchange.pushes === round.listeners) return undefined;
    for (const type of referring) {
      const session = type === "listener" ? undefined : this.session(type);
      if (session === undefined) continue;
      const target = withAdditions(session.sent, round.snapshot.resources[type]);
      if (session.isDue(target) && this.isOpen(session, nowMs))
        return this.push(typeUrls[type], session, target, round.snapshot.revision, nowMs).push;
      if (!this.hasTaken(session, session.exchange.pushes, nowMs)) return "wait";
    }
    return undefined;
  }

  private push(
    typeUrl: string,
    session: TypeSession<Request>,
    target: ResourceMap,
    revision: bigint,
    nowMs: number,
  ): { readonly push: Push; readonly changed: Update["changed"] } {
    const before = session.sent;
    const { resources, removed, changed } = session.take(target);
    const nonce = session.exchange.push(revision, nowMs, { before, state: target, changed });
    return { push: { typeUrl, nonce, version: target.version, resources, removed }, changed };
  }

  /** Whether a type may be pushed: its last push is answered, or somebody waits for this one. */
  private isOpen(session: TypeSession<Request>, nowMs: number): boolean {
    return session.isUrgent || this.hasTaken(session, session.exchange.pushes, nowMs);
  }

  private hasTaken(session: TypeSession<Request> | undefined, pushes: number, nowMs: number): boolean {
    if (session === undefined || session.exchange.isAnswered(pushes, nowMs, this.#options.patienceMs)) return true;
    this.#held = true;
    return false;
  }

  private session(type: XdsType): TypeSession<Request> | undefined {
    return this.#types.get(typeUrls[type]);
  }
}

function isOrdered(type: XdsType | undefined): boolean {
  return [...referredTo, ...referring].some((ordered) => ordered === type);
}

/** What the client was sent, and what it lacks altogether. */
function withAdditions(sent: ResourceMap, target: ResourceMap): ResourceMap {
  const added = [...sent.differences(target)].filter(({ before }) => before === undefined);
  return sent.with(added.map(({ key, after }) => [key, after] as const));
}
