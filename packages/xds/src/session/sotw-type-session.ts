import { ResourceMap } from "../snapshot/resource-map.js";
import { heldResources, isHeldOnly, type XdsResource } from "../snapshot/xds-resource.js";
import { Exchange } from "./exchange.js";
import type { Answer } from "./push.js";
import type { SotwRequest } from "./request.js";
import type { TypeSession, Update } from "./type-session.js";

const everything = "*";

/**
 * One type on one stream of the state-of-the-world protocol.
 *
 * A type is answered either with the whole of what the client is subscribed to, so that what a response leaves out is
 * gone, or in part, with what has changed. `sent` is as in the incremental protocol.
 *
 * Of what the client has of an earlier stream, only what is in the version of a whole set is known: the ports of listeners.
 * Such a listener cannot be left as it is, but only replaced, or left out.
 */
export class SotwTypeSession implements TypeSession<SotwRequest> {
  readonly exchange: Exchange;
  readonly #wholeSet: boolean;
  #requested = false;
  #names: ReadonlySet<string> = new Set();
  #wildcard = false;
  /** Once a client has named something, no names at all mean nothing, and not everything. */
  #hasNamed = false;
  #sent = ResourceMap.empty;
  #answerDue = false;
  #urgent = false;

  /**
   * @param wholeSet whether responses carry all that is subscribed to, and no names mean everything
   * @param isTakenInPart whether a client that rejects something takes the rest
   */
  constructor(wholeSet: boolean, isTakenInPart = wholeSet) {
    this.#wholeSet = wholeSet;
    this.exchange = new Exchange({ carriesAll: wholeSet, isTakenInPart });
  }

  get isUrgent(): boolean {
    return this.#urgent;
  }

  get sent(): ResourceMap {
    return this.#sent;
  }

  get subscription(): { wildcard: boolean; names: number } {
    return { wildcard: this.#wildcard, names: this.#names.size };
  }

  receive({ names, nonce, error, version }: SotwRequest): Answer | undefined {
    if (!this.#requested && this.#wholeSet) this.#sent = ResourceMap.of(heldResources(version));
    this.#requested = true;
    if (this.exchange.pushes === 0 && version !== "") this.exchange.forgetHeld();
    const answer = this.exchange.answer(nonce, error);
    // The client had not seen the newest response when it wrote this, and will say it again in its answer to that.
    if (!this.exchange.isStale(nonce)) this.subscribe(names);
    return answer;
  }

  isDue(target: ResourceMap): boolean {
    if (this.#answerDue || this.exchange.trial(target, this.#isWanted).length > 0) return true;
    for (const { key, after } of this.#sent.differences(target)) {
      if (this.wants(key) && (this.#wholeSet || after !== undefined)) return true;
    }
    this.#sent = target;
    this.#urgent = false;
    return false;
  }

  take(target: ResourceMap): Update {
    const changes = new Map<string, XdsResource>();
    for (const resource of this.exchange.takeTrial(target, this.#isWanted)) changes.set(resource.name, resource);
    for (const { key, after } of this.#sent.differences(target)) {
      if (after !== undefined && this.wants(key)) changes.set(key, this.exchange.anew(after));
    }
    this.#sent = target;
    this.#answerDue = false;
    this.#urgent = false;
    const changed = [...changes.values()];
    return { resources: this.#wholeSet ? this.whole(target, changes) : changed, removed: [], changed };
  }

  resend(names: Iterable<string>): void {
    const wanted = [...names].filter((name) => this.wants(name));
    if (wanted.length === 0) return;
    this.#sent = this.#sent.with(wanted.map((name) => [name, undefined] as const));
    this.#urgent = true;
  }

  wants(name: string): boolean {
    return this.#wildcard || this.#names.has(name);
  }

  readonly #isWanted = (name: string): boolean => this.wants(name);

  /** All that is subscribed to; of what the client has rejected, what it uses instead. */
  private whole(target: ResourceMap, changes: ReadonlyMap<string, XdsResource>): XdsResource[] {
    const wanted = this.wanted(target);
    if (this.exchange.refusals.size === 0) return wanted;
    return wanted.flatMap((resource) => changes.get(resource.name) ?? this.exchange.inPlaceOf(resource) ?? []);
  }

  private wanted(target: ResourceMap): XdsResource[] {
    const wanted = this.#wildcard ? [...target.values()] : [...this.#names].flatMap((name) => target.get(name) ?? []);
    return wanted.filter((resource) => !isHeldOnly(resource));
  }

  private subscribe(names: readonly string[]): void {
    if (names.length > 0) this.#hasNamed = true;
    const wildcard = this.#wholeSet && (names.includes(everything) || (names.length === 0 && !this.#hasNamed));
    const subscribed = new Set(names.filter((name) => name !== everything));
    const added = [...subscribed].filter((name) => !this.#names.has(name));
    const widened = wildcard && !this.#wildcard;
    this.#names = subscribed;
    this.#wildcard = wildcard;
    this.resend(added);
    if (!this.#wholeSet || (added.length === 0 && !widened)) return;
    // The answer is the whole set, so that the client learns also what is not there.
    this.#answerDue = true;
    this.#urgent = true;
  }
}
