import { once } from "node:events";
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Writable } from "node:stream";
import { invokeComplete, payloadChunk } from "./event-stream.js";
import type { Fault } from "./fault.js";
import type { LambdaContext, LambdaFunction, ResponseStream } from "./lambda-function.js";
import { functionError, runFunction, runStreaming } from "./run-function.js";

/**
 * Answers `InvokeWithResponseStream`: each chunk that the function writes is one event. A function that does not
 * stream answers in one chunk.
 */
export async function streamAnswer(
  run: LambdaFunction,
  event: unknown,
  context: LambdaContext,
  fault: Fault | undefined,
  response: ServerResponse,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const answer = new AnswerStream(response, headers, fault);
  if (fault?.kind === "function-error") {
    response.writeHead(200, { ...headers, "content-type": "application/vnd.amazon.eventstream" });
    response.end(invokeComplete({ code: fault.errorType, details: fault.message }));
    return;
  }
  if (fault?.kind === "answer" || typeof run === "function") {
    const result =
      fault?.kind === "answer"
        ? { failed: false, payload: Buffer.from(fault.payload) }
        : await runFunction(run, event, context);
    await answer.finish(result.failed ? undefined : result.payload, result.failed ? result.payload : undefined);
    return;
  }
  // The stream's own error is the broken connection, which ends the answer anyhow.
  answer.on("error", () => response.destroy());
  try {
    await runStreaming(run, event, answer, context);
  } catch (error) {
    await answer.finish(undefined, functionError(error).payload);
  }
}

/** Where a function writes: each write becomes one event, as fast as the caller reads. */
class AnswerStream extends Writable implements ResponseStream {
  readonly #response: ServerResponse;
  readonly #headers: OutgoingHttpHeaders;
  readonly #fault: Fault | undefined;
  #contentType = "application/octet-stream";
  #written = 0;

  constructor(response: ServerResponse, headers: OutgoingHttpHeaders, fault: Fault | undefined) {
    super({ decodeStrings: true });
    this.#response = response;
    this.#headers = headers;
    this.#fault = fault;
  }

  setContentType(type: string): void {
    this.#contentType = type;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const message = payloadChunk(chunk);
    if (this.#fault?.kind === "damaged-stream" && ++this.#written === 2) message.writeUInt8(0xff, message.length - 1);
    void this.#writeEvent(message).then(() => {
      if (this.#fault?.kind === "broken-stream") this.#response.destroy();
      // A stalled stream's first write is never done, so that nothing follows it.
      return this.#fault?.kind === "stalled-stream" ? undefined : process.nextTick(done);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    void this.#writeEvent(invokeComplete()).then(() => {
      this.#response.end();
      return process.nextTick(done);
    });
  }

  /** Ends the answer with these last bytes, or with the error that Lambda describes so. */
  async finish(payload: Buffer | undefined, error: Buffer | undefined): Promise<void> {
    if (payload !== undefined) await this.#writeEvent(payloadChunk(payload));
    const complete =
      error === undefined ? invokeComplete() : invokeComplete({ code: "Unhandled", details: error.toString() });
    await this.#writeEvent(complete);
    this.#response.end();
  }

  async #writeEvent(message: Buffer): Promise<void> {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, {
        ...this.#headers,
        "content-type": "application/vnd.amazon.eventstream",
        "x-amzn-remapped-content-type": this.#contentType,
      });
    }
    if (this.#fault?.kind === "broken-stream") {
      // What was written before the break has arrived.
      return new Promise((resolve) => this.#response.write(message, () => resolve()));
    }
    if (this.#response.write(message) || this.#response.destroyed) return;
    await Promise.race([once(this.#response, "drain"), once(this.#response, "close")]);
  }
}
