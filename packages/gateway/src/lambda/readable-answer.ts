import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { AnswerHandler, type ApiAnswer } from "./api-answer.js";

/** An answer whose body is read as fast as the caller takes it. */
export class ReadableAnswer extends AnswerHandler<Readable> implements Dispatcher.DispatchHandler {
  #body: Readable | undefined;
  #finished = false;

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: ApiAnswer<unknown>["headers"],
  ): void {
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#finished) controller.abort(error ?? new Error("the answer is not wanted any more"));
        done(error);
      },
    });
    this.#body = body;
    this.resolve({ status, headers, body });
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
    if (this.#body === undefined) this.reject(error);
    else this.#body.destroy(error);
  }
}
