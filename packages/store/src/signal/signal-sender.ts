import { encodeSignal, type Signal } from "../listen/payload.js";

/** As many as one statement sends. */
const together = 200;

interface Waiting {
  readonly text: string;
  readonly sent: () => void;
  readonly fail: (error: unknown) => void;
}

/** Sends signals to all stores, those that gather while others are on their way together, in their order. */
export class SignalSender {
  readonly #send: (texts: readonly string[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #sending = false;

  /** @param send hands notifications to the database */
  constructor(send: (texts: readonly string[]) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when the database has taken the signal: whoever listens then gets it. */
  async send(signal: Signal): Promise<void> {
    return new Promise<void>((sent, fail) => {
      this.#waiting.push({ text: encodeSignal(signal), sent, fail });
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, together);
      this.#waiting = this.#waiting.slice(together);
      try {
        await this.#send(batch.map(({ text }) => text));
        for (const { sent } of batch) sent();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    this.#sending = false;
  }
}
