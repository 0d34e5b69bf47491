import type { SubscribeResponse } from "@protomesh/core/api";
import type { Signal } from "../listen/payload.js";

/** Where a subscriber's responses go. */
export interface SignalSink {
  /** `flushed` is called when the transport has taken it. */
  write(response: SubscribeResponse, flushed: () => void): void;
}

/** So many signals wait for a client that does not read; then the oldest go, and it is told of the gap. */
const waitingAtMost = 256;

/** One client that hears signals: one response on its way, and a bounded queue behind it. */
export class Subscriber {
  readonly #sink: SignalSink;
  #queue: SubscribeResponse[] = [];
  #stands = false;
  #missed = false;
  #busy = false;

  constructor(sink: SignalSink) {
    this.#sink = sink;
  }

  /** From here on every signal comes. The first time this is what the client waits for, later it tells of a gap. */
  listening(): void {
    this.#queue.push({ topic: "", payload: Buffer.alloc(0), gap: this.#stands });
    this.#stands = true;
    this.pump();
  }

  hear({ topic, payload }: Signal): void {
    if (!this.#stands) return;
    this.#queue.push({ topic, payload: Buffer.from(payload), gap: false });
    if (this.#queue.length > waitingAtMost) {
      this.#queue = this.#queue.slice(1);
      this.#missed = true;
    }
    this.pump();
  }

  private pump(): void {
    if (this.#busy) return;
    const [response, ...rest] = this.#queue;
    if (response === undefined) return;
    this.#queue = rest;
    this.#busy = true;
    // What was let go is always older than what is left.
    const gap = response.gap || this.#missed;
    this.#missed = false;
    this.#sink.write({ ...response, gap }, () => {
      this.#busy = false;
      this.pump();
    });
  }
}
