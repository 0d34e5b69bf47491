import type { Dispatcher } from "undici";
import type { EndSignal } from "../ending.js";

/** What the Lambda API answers a request. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Body;
}

/** Hands an answer over as it comes; it ends early when the signal says so. */
export abstract class AnswerHandler<Body> {
  protected readonly resolve: (answer: ApiAnswer<Body>) => void;
  protected readonly reject: (error: Error) => void;
  readonly #signal: EndSignal | undefined;
  #abort: (() => void) | undefined;

  constructor(
    signal: EndSignal | undefined,
    resolve: (answer: ApiAnswer<Body>) => void,
    reject: (error: Error) => void,
  ) {
    this.#signal = signal;
    this.resolve = resolve;
    this.reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#signal === undefined) return;
    this.#abort = () => controller.abort(new Error("the request is not wanted any more"));
    if (this.#signal.aborted) this.#abort();
    else this.#signal.addEventListener("abort", this.#abort);
  }

  protected settled(): void {
    if (this.#abort !== undefined) this.#signal?.removeEventListener("abort", this.#abort);
  }
}
