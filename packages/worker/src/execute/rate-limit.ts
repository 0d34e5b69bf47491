import { setTimeout as delay } from "node:timers/promises";

/**
 * Spaces calls so that no more than `perSecond` begin in a second, in the order in which they asked. Up to a tenth of a
 * second's calls may begin at once after a pause.
 */
export class RateLimit {
  readonly #spacingMs: number;
  readonly #burstMs: number;
  /** When the next call would begin if calls came evenly, by the monotonic clock. */
  #nextMs = 0;

  constructor(perSecond: number) {
    this.#spacingMs = 1_000 / perSecond;
    this.#burstMs = Math.max(100, this.#spacingMs);
  }

  /** Resolves when the caller may begin. */
  async turn(): Promise<void> {
    const waitMs = this.reserve(performance.now());
    if (waitMs > 0) await delay(waitMs);
  }

  /** Takes the next place; returns how long after `nowMs` it is, in milliseconds. */
  reserve(nowMs: number): number {
    this.#nextMs = Math.max(this.#nextMs, nowMs - this.#burstMs) + this.#spacingMs;
    return Math.max(0, this.#nextMs - nowMs);
  }
}
