import { ResourceMap } from "../snapshot/resource-map.js";
import { heldResource, type XdsResource } from "../snapshot/xds-resource.js";
import { Exchange } from "./exchange.js";
import type { Answer } from "./push.js";
import type { DeltaRequest } from "./request.js";
import type { TypeSession, Update } from "./type-session.js";

const everything = "*";

/**
 * One type on one stream of the incremental protocol.
 *
 * `sent` is a snapshot's own map as a rule, so that an idle client costs nothing beside its names. It may hold more than
 * the client has been sent, but never of what the client is interested in.
 */
export class DeltaTypeSession implements TypeSession<DeltaRequest> {
  readonly exchange: Exchange;
  readonly #wildcardWithoutNames: boolean;
  readonly #names = new Set<string>();
  #requested = false;
  #wildcard = false;
  #sent = ResourceMap.empty;
  /** Names for which the client is told at least that there is nothing. */
  readonly #unanswered = new Set<string>();
  #answerDue = false;
  #urgent = false;

  /**
   * @param wildcardWithoutNames whether a first request without names asks for everything
   * @param isTakenInPart whether a client that rejects something takes the rest
   */
  constructor(wildcardWithoutNames: boolean, isTakenInPart = wildcardWithoutNames) {
    this.#wildcardWithoutNames = wildcardWithoutNames;
    this.exchange = new Exchange({ carriesAll: false, isTakenInPart });
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

  receive(request: DeltaRequest): Answer | undefined {
    const answer = this.exchange.answer(request.nonce, request.error);
    if (this.#requested) this.subscribe(request.subscribe);
    else this.begin(request);
    this.unsubscribe(request.unsubscribe);
    return answer;
  }

  isDue(target: ResourceMap): boolean {
    if (this.#answerDue || this.exchange.trial(target, this.#isWanted).length > 0) return true;
    for (const name of this.#unanswered) if (target.get(name) === undefined) return true;
    for (const { key } of this.#sent.differences(target)) if (this.wants(key)) return true;
    this.#sent = target;
    this.#urgent = false;
    return false;
  }

  take(target: ResourceMap): Update {
    const changes = new Map<string, XdsResource>();
    for (const resource of this.exchange.takeTrial(target, this.#isWanted)) changes.set(resource.name, resource);
    const removed = new Set([...this.#unanswered].filter((name) => target.get(name) === undefined));
    for (const { key, after } of this.#sent.differences(target)) {
      if (!this.wants(key)) continue;
      if (after === undefined) removed.add(key);
      else changes.set(key, this.exchange.anew(after));
    }
    this.#sent = target;
    this.#unanswered.clear();
    this.#answerDue = false;
    this.#urgent = false;
    const changed = [...changes.values()];
    return { resources: changed, removed: [...removed], changed };
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

  /** The first request: what the client still has of an earlier stream need not be sent again. */
  private begin({ subscribe, held }: DeltaRequest): void {
    this.#requested = true;
    this.#sent = ResourceMap.of([...held].map(([name, version]) => heldResource(name, version)));
    if (subscribe.includes(everything) || (subscribe.length === 0 && this.#wildcardWithoutNames)) this.answerWildcard();
    for (const name of subscribe) {
      if (name === everything) continue;
      this.#names.add(name);
      if (held.has(name)) continue;
      this.#unanswered.add(name);
      this.#urgent = true;
    }
  }

  private subscribe(names: readonly string[]): void {
    for (const name of names) {
      if (name === everything) {
        this.widen();
        continue;
      }
      this.#names.add(name);
      this.#unanswered.add(name);
    }
    this.resend(names);
  }

  private unsubscribe(names: readonly string[]): void {
    for (const name of names) {
      if (name === everything) {
        this.#wildcard = false;
        continue;
      }
      if (!this.#names.delete(name)) continue;
      this.#unanswered.delete(name);
      if (!this.#wildcard) continue;
      // The client may have forgotten it: it has to be told whether the wildcard still gives it.
      this.#unanswered.add(name);
      this.resend([name]);
    }
  }

  /** From some names to everything: whatever else `sent` holds has not been sent to this client. */
  private widen(): void {
    if (!this.#wildcard) this.#sent = ResourceMap.of([...this.#names].flatMap((name) => this.#sent.get(name) ?? []));
    this.answerWildcard();
  }

  /** A wildcard is answered even where there is nothing, as the client may wait for just that. */
  private answerWildcard(): void {
    this.#wildcard = true;
    this.#answerDue = true;
    this.#urgent = true;
  }
}
