import type { Exchange } from "./exchange.js";

/**
 * Listeners that a client cannot open, as something that is not declared has their port or the address is not there yet:
 * nothing is wrong with them, and nothing here can tell when they could be opened, so that they are offered again from
 * time to time. A state machine without a clock of its own.
 */
export class PortRetry {
  readonly #intervalMs: number;
  #atMs: number | undefined;

  /** @param intervalMs 0: never again */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** When `due` is to be asked again at the latest; undefined while nothing is to be offered. */
  get atMs(): number | undefined {
    return this.#atMs;
  }

  /**
   * The names of what is to be offered again now.
   * @param listeners what the client was sent of them, and has answered
   */
  due({ refusals, hasAnsweredAll }: Pick<Exchange, "refusals" | "hasAnsweredAll">, nowMs: number): readonly string[] {
    const waiting = [...refusals].flatMap(([name, { message }]) => (isForPort(name, message) ? name : []));
    if (waiting.length === 0 || this.#intervalMs === 0) {
      this.#atMs = undefined;
      return [];
    }
    const isTime = this.#atMs !== undefined && nowMs >= this.#atMs;
    if (isTime || this.#atMs === undefined) this.#atMs = nowMs + this.#intervalMs;
    return isTime && hasAnsweredAll ? waiting : [];
  }
}

/** Envoy says so of each listener, as in `edge: cannot bind '0.0.0.0:80': Address already in use`. */
function isForPort(name: string, message = ""): boolean {
  return message.includes(`${name}: cannot bind `);
}
