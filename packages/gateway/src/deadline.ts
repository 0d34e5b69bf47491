import { longestTimerMs } from "./grpc/timeout.js";

/** How long a call may go on: until its time is up, or the client goes away. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #gone: AbortSignal;
  readonly #endsAt: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #expired = false;
  readonly #abandon = (): void => this.#controller.abort();

  /** @param timeoutMs undefined: no time limit */
  constructor(gone: AbortSignal, timeoutMs: number | undefined) {
    this.#gone = gone;
    if (gone.aborted) this.#abandon();
    else gone.addEventListener("abort", this.#abandon, { once: true });
    if (timeoutMs === undefined) return;
    this.#endsAt = performance.now() + timeoutMs;
    if (timeoutMs <= 0) this.#expire();
    else this.#timer = setTimeout(() => this.#expire(), Math.min(timeoutMs, longestTimerMs));
  }

  /** Aborted when the call is over before its answer. */
  get signal(): AbortSignal {
    return this.#controller.signal;
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
    this.#controller.abort();
  }
}
