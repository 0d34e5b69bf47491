import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
// The package's front also loads fetch, WebSocket and caches, undici's own and Node's: 9 MiB that nothing here uses.
import Pool from "undici/lib/dispatcher/pool.js";
import type { EndSignal } from "../ending.js";

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
      this.#dispatch(request, new StreamedAnswer(signal, resolve, reject));
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

type Headers = ApiAnswer<unknown>["headers"];

/** What both kinds of answers have: they end early when the signal says so. */
abstract class AbortableAnswer {
  readonly #signal: EndSignal | undefined;
  #abort: (() => void) | undefined;

  constructor(signal: EndSignal | undefined) {
    this.#signal = signal;
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

/** An answer that is wanted as a whole. */
class WholeAnswer extends AbortableAnswer implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: ApiAnswer<Buffer>) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: Headers = {};

  constructor(
    signal: EndSignal | undefined,
    resolve: (answer: ApiAnswer<Buffer>) => void,
    reject: (error: Error) => void,
  ) {
    super(signal);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.settled();
    this.#resolve({ status: this.#status, headers: this.#headers, body: wholeOf(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settled();
    this.#reject(error);
  }
}

/** An answer whose body is read as fast as the caller takes it. */
class StreamedAnswer extends AbortableAnswer implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: ApiAnswer<Readable>) => void;
  readonly #reject: (error: Error) => void;
  #body: Readable | undefined;
  #finished = false;

  constructor(
    signal: EndSignal | undefined,
    resolve: (answer: ApiAnswer<Readable>) => void,
    reject: (error: Error) => void,
  ) {
    super(signal);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#finished) controller.abort(error ?? new Error("the answer is not wanted any more"));
        done(error);
      },
    });
    this.#body = body;
    this.#resolve({ status, headers, body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.settled();
    this.#finished = true;
    this.#body?.push(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settled();
    this.#finished = true;
    if (this.#body === undefined) this.#reject(error);
    else this.#body.destroy(error);
  }
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
