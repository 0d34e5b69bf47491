import { ResourceMap } from "../snapshot/resource-map.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import { concernedBy, withoutDebugTokens } from "./attribution.js";
import { freedOf, holdersOf } from "./freed.js";
import { Isolation } from "./isolation.js";
import type { Answer } from "./push.js";

interface Outstanding {
  readonly sequence: number;
  readonly nonce: string;
  readonly pushedAtMs: number;
  /** What the client had been sent before. */
  readonly before: ResourceMap;
  /** What the client has, once it accepts. */
  readonly state: ResourceMap;
  readonly changed: readonly XdsResource[];
}

/** A resource that a client was sent and does not use. */
export interface Refusal {
  readonly resource: XdsResource;
  /** What it uses instead. */
  readonly held: XdsResource | undefined;
  /** Why; undefined: it came in one response with what the client rejected, and will be tried again. */
  readonly message: string | undefined;
  /** The names of others that had what only one can have, of what it was to hold. */
  readonly holders: readonly string[];
}

/** How a type's responses are made, and taken. */
export interface ExchangeOptions {
  /** Whether each response carries all that the client is subscribed to, and not only what has changed. */
  readonly carriesAll: boolean;
  /** Whether a client that names what it rejects has taken the rest of the response: so does Envoy of clusters and listeners. */
  readonly isTakenInPart: boolean;
}

/** A client that answers nothing is remembered this many pushes of a type; older ones count as answered. */
const mostOutstanding = 16;

/** The pushes of one type on one stream, and what the client answers. */
export class Exchange {
  #pushes = 0;
  #nonce = "";
  #revision: bigint | undefined;
  #resends = 0;
  #outstanding: readonly Outstanding[] = [];
  #suspects = new Map<string, XdsResource>();
  #accepted = ResourceMap.empty;
  readonly #refusals = new Map<string, Refusal>();
  readonly #isolation = new Isolation();
  readonly #options: ExchangeOptions;
  #isHeldKnown = true;
  #freed: readonly string[] = [];

  constructor(options: ExchangeOptions = { carriesAll: false, isTakenInPart: false }) {
    this.#options = options;
  }

  /** How many pushes there were: a place that `isAnswered` can be asked about. */
  get pushes(): number {
    return this.#pushes;
  }

  /** What the client is known to have, as far as it is interested. */
  get accepted(): ResourceMap {
    if (this.#refusals.size === 0) return this.#accepted;
    return this.#accepted.with([...this.#refusals].map(([name, { held }]) => [name, held] as const));
  }

  /** By name: what the client was sent and has refused, as far as nothing newer of that name was accepted. */
  get refusals(): ReadonlyMap<string, Refusal> {
    return this.#refusals;
  }

  /** Of what was sent, the part that the client has answered; with what of it the client refused. */
  answered(sent: ResourceMap): ResourceMap {
    return this.#outstanding[0]?.before ?? sent;
  }

  /** Notes a push and names it: after the revision, so that all streams can share the bytes, and once on this stream. */
  push(
    revision: bigint,
    nowMs: number,
    { before, state, changed }: Pick<Outstanding, "before" | "state" | "changed">,
  ): string {
    this.#resends = revision === this.#revision ? this.#resends + 1 : 0;
    this.#revision = revision;
    this.#nonce = this.#resends === 0 ? `${revision}` : `${revision}-${this.#resends}`;
    const push = { sequence: ++this.#pushes, nonce: this.#nonce, pushedAtMs: nowMs, before, state, changed };
    const known = this.answered(before);
    const [oldest, ...newer] = [...this.#outstanding, push].slice(-mostOutstanding);
    this.#outstanding = oldest === undefined ? [] : [{ ...oldest, before: known }, ...newer];
    return this.#nonce;
  }

  /**
   * Takes in what a request says of the push with its nonce, and of those before it. Undefined where it says nothing:
   * the push was answered before, or is not of this stream.
   */
  answer(nonce: string, error: string | undefined): Answer | undefined {
    const push = this.#outstanding.find((candidate) => candidate.nonce === nonce);
    if (push === undefined) return undefined;
    const held = this.answered(push.state);
    const answered = this.#outstanding.filter(({ sequence }) => sequence <= push.sequence);
    const carried = new Map(answered.flatMap(({ changed }) => changed.map((resource) => [resource.name, resource])));
    for (const [name, resource] of carried) this.#suspects.set(name, resource);
    this.#outstanding = this.#outstanding.filter(({ sequence }) => sequence > push.sequence);
    const { pushedAtMs } = push;
    const isCarryingAll = this.#options.carriesAll && !this.isIsolating;
    if (error !== undefined) {
      const message = withoutDebugTokens(error);
      const suspects = this.isIsolating ? [...carried.values()] : [...this.#suspects.values()];
      this.refuse(message, isCarryingAll ? suspects : [...carried.values()], held);
      this.free(push.state);
      return { kind: "rejected", nonce, pushedAtMs, message, suspects };
    }
    if (isCarryingAll) this.#refusals.clear();
    else for (const name of carried.keys()) this.#refusals.delete(name);
    for (const name of this.#refusals.keys()) if (push.state.get(name) === undefined) this.#refusals.delete(name);
    this.free(push.state);
    this.#isHeldKnown = true;
    this.#isolation.settled();
    this.#suspects.clear();
    this.#accepted = push.state;
    return { kind: "accepted", nonce, pushedAtMs };
  }

  /** What may be sent again, as another that it was refused for is not in the way any more; told once for each refusal. */
  takeFreed(): readonly string[] {
    const freed = this.#freed;
    this.#freed = [];
    return freed;
  }

  private free(state: ResourceMap): void {
    this.#freed = freedOf(this.#refusals, state);
    for (const name of this.#freed) {
      const refusal = this.#refusals.get(name);
      if (refusal !== undefined) this.#refusals.set(name, { ...refusal, holders: [] });
    }
  }

  /** The client has resources of an earlier stream, of which nothing is known until it accepts others. */
  forgetHeld(): void {
    this.#isHeldKnown = false;
  }

  /** What to send again by itself, to find out what the client rejects; as far as the target still has it. */
  trial(target: ResourceMap, isWanted: (name: string) => boolean): readonly XdsResource[] {
    if (this.#isolation.isOver) return [];
    return this.#isolation.next(({ name, version }) => target.get(name)?.version === version && isWanted(name));
  }

  /** The same, which is sent now, in other bytes where that matters. */
  takeTrial(target: ResourceMap, isWanted: (name: string) => boolean): readonly XdsResource[] {
    const trial = this.trial(target, isWanted);
    if (trial.length === 0) return trial;
    this.#isolation.take();
    return trial.map((resource) => this.anew(resource));
  }

  /** A resource in bytes that the client has not rejected, where it is one that the client has. */
  anew(resource: XdsResource): XdsResource {
    if (!this.isRefused(resource)) return resource;
    return resource.retold?.(resource, this.#pushes) ?? resource;
  }

  /** What is sent with all others in place of a resource: where the client has rejected it, what it uses instead. */
  inPlaceOf(resource: XdsResource): XdsResource | undefined {
    if (!this.isRefused(resource)) return resource;
    return this.isIsolating ? this.#refusals.get(resource.name)?.held : this.anew(resource);
  }

  private isRefused({ name, version }: XdsResource): boolean {
    return this.#refusals.get(name)?.resource.version === version;
  }

  /** Where all that is sent is taken or nothing. A response that is to carry all cannot be taken apart without what it replaces. */
  private get isIsolating(): boolean {
    return !this.#options.isTakenInPart && this.#isHeldKnown;
  }

  private refuse(message: string, carried: readonly XdsResource[], held: ResourceMap): void {
    const named = concernedBy(message, carried);
    const isTriedAgain = this.isIsolating && named.length === carried.length && this.#isolation.split(carried);
    const concerned = new Set(isTriedAgain ? [] : named);
    if (this.isIsolating && !isTriedAgain)
      this.#isolation.retry(carried.filter((resource) => !concerned.has(resource)));
    const before = new Map(this.#refusals);
    for (const resource of carried) {
      const { name } = resource;
      if (!concerned.has(resource) && this.#options.isTakenInPart) {
        this.#refusals.delete(name);
        continue;
      }
      const refused = this.#refusals.get(name);
      const known = refused === undefined ? held.get(name) : refused.held;
      this.#refusals.set(name, {
        resource,
        // What was there before a client asked for it the first time is not what the client has.
        held: known?.version === resource.version ? undefined : known,
        message: concerned.has(resource) ? message : undefined,
        holders: holdersOf(resource, held, before),
      });
    }
  }

  /** Whether a nonce is of an older push than the newest: its sender had not seen that yet. */
  isStale(nonce: string): boolean {
    return this.#pushes > 0 && nonce !== "" && nonce !== this.#nonce;
  }

  get hasAnsweredAll(): boolean {
    return this.#outstanding.length === 0 && this.#isolation.isOver;
  }

  /** Whether the first so many pushes are answered, or have waited for it so long that nobody should any more. */
  isAnswered(pushes: number, nowMs: number, patienceMs: number): boolean {
    return this.#outstanding.every(({ sequence, pushedAtMs }) => sequence > pushes || nowMs - pushedAtMs >= patienceMs);
  }

  /** When the next push has waited so long that it counts as answered; undefined where none waits. */
  nextExpiryMs(nowMs: number, patienceMs: number): number | undefined {
    const waiting = this.#outstanding.find(({ pushedAtMs }) => nowMs - pushedAtMs < patienceMs);
    return waiting && waiting.pushedAtMs + patienceMs;
  }
}
