import { ResourceMap } from "../snapshot/resource-map.js";
import type { XdsResource } from "../snapshot/xds-resource.js";
import type { Answer } from "./push.js";

interface Outstanding {
  readonly sequence: number;
  readonly nonce: string;
  readonly pushedAtMs: number;
  /** What the client has, once it accepts. */
  readonly state: ResourceMap;
  readonly changed: readonly XdsResource[];
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

  /** How many pushes there were: a place that `isAnswered` can be asked about. */
  get pushes(): number {
    return this.#pushes;
  }

  /** What the client is known to have, as far as it is interested. */
  get accepted(): ResourceMap {
    return this.#accepted;
  }

  /** Notes a push and names it: after the revision, so that all streams can share the bytes, and once on this stream. */
  push(revision: bigint, nowMs: number, state: ResourceMap, changed: readonly XdsResource[]): string {
    this.#resends = revision === this.#revision ? this.#resends + 1 : 0;
    this.#revision = revision;
    this.#nonce = this.#resends === 0 ? `${revision}` : `${revision}-${this.#resends}`;
    const push = { sequence: ++this.#pushes, nonce: this.#nonce, pushedAtMs: nowMs, state, changed };
    this.#outstanding = [...this.#outstanding, push].slice(-mostOutstanding);
    return this.#nonce;
  }

  /**
   * Takes in what a request says of the push with its nonce, and of those before it. Undefined where it says nothing:
   * the push was answered before, or is not of this stream.
   */
  answer(nonce: string, error: string | undefined): Answer | undefined {
    const push = this.#outstanding.find((candidate) => candidate.nonce === nonce);
    if (push === undefined) return undefined;
    for (const { sequence, changed } of this.#outstanding) {
      if (sequence <= push.sequence) for (const resource of changed) this.#suspects.set(resource.name, resource);
    }
    this.#outstanding = this.#outstanding.filter(({ sequence }) => sequence > push.sequence);
    const { pushedAtMs } = push;
    const suspects = [...this.#suspects.values()];
    if (error !== undefined) return { kind: "rejected", nonce, pushedAtMs, message: error, suspects };
    this.#suspects.clear();
    this.#accepted = push.state;
    return { kind: "accepted", nonce, pushedAtMs };
  }

  /** Whether a nonce is of an older push than the newest: its sender had not seen that yet. */
  isStale(nonce: string): boolean {
    return this.#pushes > 0 && nonce !== "" && nonce !== this.#nonce;
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
