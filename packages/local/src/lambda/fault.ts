import type { FunctionReference } from "./function-reference.js";

/** What goes wrong with an invocation, for tests. */
export type Fault =
  /** The function runs this much later. */
  | { readonly kind: "latency"; readonly ms: number }
  /** TooManyRequestsException, 429. */
  | { readonly kind: "throttled"; readonly retryAfterSeconds?: number }
  /** AccessDeniedException, 403. */
  | { readonly kind: "denied" }
  /** ServiceException, 500. */
  | { readonly kind: "service-error" }
  /** The function ends with an error; `Sandbox.Timedout` is the type of one that took too long. */
  | { readonly kind: "function-error"; readonly errorType: string; readonly message: string }
  /** The function's answer is these bytes, whatever they are. */
  | { readonly kind: "answer"; readonly payload: string | Uint8Array }
  /** The connection breaks before the answer. */
  | { readonly kind: "dropped-connection" }
  /** The connection breaks in the middle of the answer, whose length has been told. */
  | { readonly kind: "broken-answer" }
  /** What is answered is no HTTP. */
  | { readonly kind: "no-http" }
  /** Nothing is ever answered; the connection stays open. */
  | { readonly kind: "stalled" }
  /** A streamed answer stops after its first chunk; the connection stays open. */
  | { readonly kind: "stalled-stream" }
  /** A streamed answer's connection breaks after its first chunk. */
  | { readonly kind: "broken-stream" }
  /** A streamed answer's second event is damaged: its checksum is wrong. */
  | { readonly kind: "damaged-stream" };

/** The fault of one invocation, or undefined for none. Asked once for each. */
export type Faults = (invocation: {
  readonly function: FunctionReference;
  readonly event: unknown;
}) => Fault | undefined;
