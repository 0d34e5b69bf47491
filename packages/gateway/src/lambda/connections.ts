import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
// The package's front also loads fetch, WebSocket and caches, undici's own and Node's: 9 MiB that nothing here uses.
import Pool from "undici/lib/dispatcher/pool.js";
import type { EndSignal } from "../ending.js";
import type { ApiAnswer } from "./api-answer.js";
import { ReadableAnswer } from "./readable-answer.js";
import { WholeAnswer } from "./whole-answer.js";

/** A request to the Lambda API. */
export interface ApiRequest {
  /** `https://host:port` */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  /** By name, or names and values in turn. */
  readonly headers: Record<string, string> | string[];
  readonly body: Uint8Array | string | null;
}

export interface ConnectionOptions {
  /** How many connections there may be at once; each carries one invocation at a time, others wait. */
  readonly maxConnections: number;
  /** How long it may take to connect, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** How long a connection that nobody uses is kept. Lambda closes its own after about as long again. */
const idleMs = 20_000;

/** Connections to the Lambda API, kept and used again. It has no timeouts for answers: callers abort. */
export class Connections {
  readonly #options: Pool.Options;
  /** By origin; there is one, but for who changes the endpoint by the SDK's means. */
  readonly #pools = new Map<string, Pool>();

  constructor({ maxConnections, connectTimeoutMs }: ConnectionOptions) {
    this.#options = {
      connections: maxConnections,
      connect: { timeout: connectTimeoutMs },
      keepAliveTimeout: idleMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  /** Resolves with the whole answer; rejects when the connection fails or the signal is aborted. */
  request(request: ApiRequest, signal: EndSignal | undefined): Promise<ApiAnswer<Buffer>> {
    return new Promise((resolve, reject) => {
      this.#dispatch(request, new WholeAnswer(signal, resolve, reject));
    });
  }

  /** Resolves with the beginning of the answer; its body is read as fast as the caller takes it. */
  stream(request: ApiRequest, signal: EndSignal | undefined): Promise<ApiAnswer<Readable>> {
    return new Promise((resolve, reject) => {
      this.#dispatch(request, new ReadableAnswer(signal, resolve, reject));
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(async (pool) => pool.destroy()));
  }

  #dispatch(request: ApiRequest, handler: Dispatcher.DispatchHandler): void {
    let pool = this.#pools.get(request.origin);
    if (pool === undefined) {
      pool = new Pool(request.origin, this.#options);
      this.#pools.set(request.origin, pool);
    }
    pool.dispatch(request, handler);
  }
}
