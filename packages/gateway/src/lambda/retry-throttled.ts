import { setTimeout as delay } from "node:timers/promises";
import { backoffMs } from "@protomesh/core";
import type { Invoker } from "./invoker.js";
import { abortSignalOf, type EndSignal } from "../ending.js";

type Invocations = Pick<Invoker, "invoke" | "invokeStreaming">;

const backoff = { initialMs: 50, maximumMs: 5_000 };

/** The invoker, but that what Lambda throttles is tried again up to `retries` times, after what Lambda asks to wait. */
export function retryThrottled(invoker: Invocations, retries: number): Invocations {
  if (retries === 0) return invoker;
  return {
    invoke: async (target, payload, signal) =>
      untilTaken(async () => invoker.invoke(target, payload, signal), retries, signal),
    invokeStreaming: async (target, payload, signal) =>
      untilTaken(async () => invoker.invokeStreaming(target, payload, signal), retries, signal),
  };
}

interface Result {
  readonly kind: string;
  readonly retryAfterSeconds?: number | undefined;
}

async function untilTaken<R extends Result>(
  attempt: () => Promise<R>,
  retries: number,
  signal: EndSignal,
): Promise<R | { readonly kind: "aborted" }> {
  for (let retry = 0; ; retry++) {
    const result = await attempt();
    if (result.kind !== "throttled" || retry === retries) return result;
    const askedMs = Math.min((result.retryAfterSeconds ?? 0) * 1_000, backoff.maximumMs);
    await delay(Math.max(askedMs, backoffMs(retry, backoff)), undefined, { signal: abortSignalOf(signal) }).catch(
      ignoreAbort,
    );
    if (signal.aborted) return { kind: "aborted" };
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "AbortError") throw error;
}
