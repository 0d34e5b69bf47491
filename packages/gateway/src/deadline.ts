import { Ending, type EndSignal } from "./ending.js";
import { longestTimerMs } from "./grpc/timeout.js";

/** How long a call may go on: until its time is up, or the client goes away. */
export class Deadline {
  readonly #ending = new Ending();
  readonly #gone: EndSignal;
  readonly #endsAt: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #expired = false;
  readonly #abandon = (): void => this.#ending.abort();

  /** @param timeoutMs undefined: no time limit */
  constructor(gone: EndSignal, timeoutMs: number | undefined) {
    this.#gone = gone;
    if (gone.aborted) this.#abandon();
    else gone.addEventListener("abort", this.#abandon);
    if (timeoutMs === undefined) return;
    this.#endsAt = performance.now() + timeoutMs;
    if (timeoutMs <= 0) this.#expire();
    else this.#timer = setTimeout(() => this.#expire(), Math.min(timeoutMs, longestTimerMs));
  }

  /** Aborted when the call is over before its answer. */
  get signal(): EndSignal {
    return this.#ending;
  }

  /** Whether it was time that ended the call, and not the client. */
  get expired(): boolean {
    return this.#expired;
  }

  /** What is left, in milliseconds; undefined without a time limit. */
  get remainingMs(): number | undefined {
    return this.#endsAt === undefined ? undefined : Math.max(0, this.#endsAt - performance.now());
  }

  /** The call has its answer: nothing waits any more. */
  release(): void {
    clearTimeout(this.#timer);
    this.#gone.removeEventListener("abort", this.#abandon);
  }

  #expire(): void {
    this.#expired = true;
    this.#ending.abort();
  }
}
