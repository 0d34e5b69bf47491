import type { Dispatcher } from "undici";
import { AnswerHandler, type ApiAnswer } from "./api-answer.js";

/** An answer that is wanted as a whole. */
export class WholeAnswer extends AnswerHandler<Buffer> implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: ApiAnswer<unknown>["headers"] = {};

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ApiAnswer<unknown>["headers"],
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.settled();
    this.resolve({ status: this.#status, headers: this.#headers, body: wholeOf(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settled();
    this.reject(error);
  }
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
