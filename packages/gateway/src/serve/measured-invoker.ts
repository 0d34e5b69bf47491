import type { FunctionTarget } from "../routes/policy.js";
import type { InvocationResult, Invoker, StreamingResult } from "../lambda/invoker.js";
import type { EndSignal } from "../ending.js";

/** Measures what one request spends in Lambda. */
export class MeasuredInvoker implements Omit<Invoker, "close"> {
  readonly #invoker: Omit<Invoker, "close">;
  invocations = 0;
  invocationMs = 0;

  constructor(invoker: Omit<Invoker, "close">) {
    this.#invoker = invoker;
  }

  async invoke(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<InvocationResult> {
    const begun = performance.now();
    const result = await this.#invoker.invoke(target, payload, signal);
    this.#measured(begun);
    return result;
  }

  async invokeStreaming(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<StreamingResult> {
    const begun = performance.now();
    const result = await this.#invoker.invokeStreaming(target, payload, signal);
    this.#measured(begun);
    return result;
  }

  #measured(begun: number): void {
    this.invocations++;
    this.invocationMs += performance.now() - begun;
  }
}
