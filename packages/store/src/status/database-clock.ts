import type { Timestamp } from "@protomesh/core/api";
import { timestampOf } from "../read/timestamp.js";

/** The database's clock as it goes on after it was last read: its time is told without asking for it each time. */
export class DatabaseClock {
  #micros: bigint;
  #readAtMs = performance.now();

  /** @param micros the database's time just now, in microseconds since 1970 */
  constructor(micros: bigint) {
    this.#micros = micros;
  }

  /** Sets it anew. */
  set(micros: bigint): void {
    this.#micros = micros;
    this.#readAtMs = performance.now();
  }

  now(): Timestamp {
    return timestampOf(this.#micros + BigInt(Math.round((performance.now() - this.#readAtMs) * 1_000)));
  }
}
