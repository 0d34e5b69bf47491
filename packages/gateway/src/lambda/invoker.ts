import type { FunctionTarget } from "../routes/policy.js";
import type { EndSignal } from "../ending.js";

/** Why an invocation gave no answer. */
export type InvocationFailure =
  /** The function ran and ended with an error of this type; its message and stack are for the log. */
  | { readonly kind: "function-error"; readonly errorType: string; readonly detail: string }
  /** The function took longer than Lambda lets it. */
  | { readonly kind: "function-timeout" }
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: "not-found"; readonly detail: string }
  | { readonly kind: "denied"; readonly detail: string }
  /** The event is larger than Lambda takes. */
  | { readonly kind: "too-large" }
  /** Lambda cannot be reached, or fails itself. */
  | { readonly kind: "unavailable"; readonly detail: string }
  /** Lambda refuses the request in a way that is none of the above. */
  | { readonly kind: "refused"; readonly detail: string }
  /** The signal was aborted. */
  | { readonly kind: "aborted" };

/** What came of an invocation. */
export type InvocationResult = { readonly kind: "answered"; readonly payload: Uint8Array } | InvocationFailure;

/** What came of an invocation whose answer streams. */
export type StreamingResult =
  | { readonly kind: "streaming"; readonly chunks: AsyncIterable<Uint8Array | InvocationFailure> }
  | InvocationFailure;

/** Invokes functions. Never rejects: whatever goes wrong is a result. Nothing is retried. */
export interface Invoker {
  invoke(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<InvocationResult>;
  /** The chunks come as the function writes them; a failure among them is the last. */
  invokeStreaming(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<StreamingResult>;
  /** Ends idle connections, and breaks those that are in use. */
  close(): Promise<void>;
}
