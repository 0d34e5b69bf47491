import type { Policy } from "../routes/policy.js";

/** What serving a call goes by: names of headers, limits in bytes, times in milliseconds. */
export interface CallSettings {
  /** The longest body of an HTTP request. */
  readonly maxBodyBytes: number;
  /** The longest message of gRPC, after decompression. */
  readonly maxMessageBytes: number;
  /** The longest message of gRPC that a function may stream. */
  readonly maxStreamedMessageBytes: number;
  /** How long a request may take in all, whatever deadline the client gives. */
  readonly timeoutMs: number;
  /** Carries a value that is new for each request, to the function; a client's own is kept. */
  readonly nonceHeader: string;
  /** Of an answer that has more to come: when to ask again, as a duration such as `5s`. */
  readonly streamTimeoutHeader: string;
  /** What the topics of signals begin with. */
  readonly signalTopicPrefix: string;
  /** Send base64 without padding, for functions that decode no other. */
  readonly unpaddedBase64: boolean;
}

/** How long a request may take by its policy and the gateway, in milliseconds. */
export function timeLimitMs(
  { timeoutMs }: Pick<Policy, "timeoutMs">,
  settings: Pick<CallSettings, "timeoutMs">,
): number {
  return Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, settings.timeoutMs);
}
