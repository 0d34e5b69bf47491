import type { Refusal } from "./exchange.js";
import type { TypeSession } from "./type-session.js";

const none: readonly string[] = [];

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

  /** When there may be something to offer; undefined while there is not. */
  get atMs(): number | undefined {
    return this.#atMs;
  }

  /**
   * Makes those due again whose time it is.
   * @param listeners undefined: the client has not asked for any
   */
  offer(listeners: Pick<TypeSession<never>, "exchange" | "resend"> | undefined, nowMs: number): void {
    const unopened = listeners === undefined || this.#intervalMs === 0 ? none : unopenedOf(listeners.exchange.refusals);
    if (listeners === undefined || unopened.length === 0) {
      this.#atMs = undefined;
      return;
    }
    const isTime = this.#atMs !== undefined && nowMs >= this.#atMs;
    if (isTime || this.#atMs === undefined) this.#atMs = nowMs + this.#intervalMs;
    if (isTime && listeners.exchange.hasAnsweredAll) listeners.resend(unopened);
  }
}

/** Envoy says so of each listener, as in `edge: cannot bind '0.0.0.0:80': Address already in use`. */
function unopenedOf(refusals: ReadonlyMap<string, Refusal>): readonly string[] {
  if (refusals.size === 0) return none;
  return [...refusals].flatMap(([name, { message = "" }]) => (message.includes(`${name}: cannot bind `) ? name : []));
}
