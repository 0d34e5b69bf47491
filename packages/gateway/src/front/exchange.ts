import type { Readable } from "node:stream";
import type { HeaderPairs } from "./header-pairs.js";
import type { EndSignal } from "../ending.js";

/** One request and its answer, whichever HTTP version carries them. */
export interface Exchange {
  readonly version: "1.1" | "2.0";
  readonly method: string;
  /** The host that the client asked, with its port if it named one; empty where it named none. */
  readonly authority: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Without pseudo headers. */
  readonly headers: HeaderPairs;
  /** The client's IP address. */
  readonly peer: string;
  readonly body: Readable;
  /** Whether the request is nothing but its headers: its body need not be read. */
  readonly isBodiless: boolean;
  /** Aborted when the client goes away, or takes the request back, before the answer is complete. */
  readonly gone: EndSignal;
  /** The status that was sent; 0 before. */
  readonly status: number;
  /** Sends a whole answer. */
  respond(status: number, headers: HeaderPairs, body: Uint8Array): void;
  /** Sends headers and nothing else: in HTTP/2 one frame that ends the stream. */
  respondHeadersOnly(status: number, headers: HeaderPairs): void;
  /** Begins an answer that goes on with `write` and comes to its end with `end`. */
  open(status: number, headers: HeaderPairs): void;
  /** Resolves when the client is ready for more, or gone. */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends an answer that was opened; trailers are sent where the protocol has them. */
  end(chunk: Uint8Array, trailers: HeaderPairs): void;
  /** Breaks off an answer that was begun, so that the client sees that it is not whole. */
  breakOff(): void;
}

/** The first part of the target: what routes match. */
export function pathOf(target: string): string {
  const queryAt = target.indexOf("?");
  return queryAt < 0 ? target : target.slice(0, queryAt);
}

/** The target's query, without its question mark. */
export function queryOf(target: string): string {
  const queryAt = target.indexOf("?");
  return queryAt < 0 ? "" : target.slice(queryAt + 1);
}
