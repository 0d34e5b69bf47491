import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
// The package's front also loads fetch, WebSocket and caches, undici's own and Node's: 9 MiB that nothing here uses.
import Agent from "undici/lib/dispatcher/agent.js";
import type { EndSignal } from "../ending.js";

/** A request to the Lambda API. */
export interface ApiRequest {
  /** `https://host:port` */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string | null;
}

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Body;
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
  readonly #agent: Agent;

  constructor({ maxConnections, connectTimeoutMs }: ConnectionOptions) {
    this.#agent = new Agent({
      connections: maxConnections,
      connect: { timeout: connectTimeoutMs },
      keepAliveTimeout: idleMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Resolves with the whole answer; rejects when the connection fails or the signal is aborted. */
  async request(request: ApiRequest, signal: EndSignal | undefined): Promise<ApiAnswer<Buffer>> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let head: Omit<ApiAnswer<Buffer>, "body">;
      this.#dispatch(request, signal, {
        onResponseStart: (_controller, status, headers) => void (head = { status, headers }),
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve({ ...head, body: wholeOf(chunks) }),
        onResponseError: (_controller, error) => reject(error),
      });
    });
  }

  /** Resolves with the beginning of the answer; its body is read as fast as the caller takes it. */
  async stream(request: ApiRequest, signal: EndSignal | undefined): Promise<ApiAnswer<Readable>> {
    return new Promise((resolve, reject) => {
      let body: Readable | undefined;
      this.#dispatch(request, signal, {
        onResponseStart: (controller, status, headers) => {
          body = new Readable({
            read: () => controller.resume(),
            destroy: (error, done) => {
              if (!finished) controller.abort(error ?? new Error("the answer is not wanted any more"));
              done(error);
            },
          });
          resolve({ status, headers, body });
        },
        onResponseData: (controller, chunk) => {
          if (body?.push(chunk) === false) controller.pause();
        },
        onResponseEnd: () => {
          finished = true;
          body?.push(null);
        },
        onResponseError: (_controller, error) => {
          finished = true;
          if (body === undefined) reject(error);
          else body.destroy(error);
        },
      });
      let finished = false;
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #dispatch(request: ApiRequest, signal: EndSignal | undefined, handler: Dispatcher.DispatchHandler): void {
    let abort: (() => void) | undefined;
    const settled = () => {
      if (abort !== undefined) signal?.removeEventListener("abort", abort);
    };
    this.#agent.dispatch(request, {
      ...handler,
      onRequestStart: (controller) => {
        if (signal === undefined) return;
        abort = () => controller.abort(new Error("the request is not wanted any more"));
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort);
      },
      onResponseEnd: (controller, trailers) => {
        settled();
        handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError: (controller, error) => {
        settled();
        handler.onResponseError?.(controller, error);
      },
    });
  }
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
