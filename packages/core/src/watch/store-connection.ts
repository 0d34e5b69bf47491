import type { Part } from "../lifecycle/readiness.js";
import type { Logger } from "../logging/index.js";
import type { ConnectionState } from "./watch-resources.js";

/**
 * How a component stands with its store, told in readiness, status and log. Before the first list it has nothing to serve
 * and is not ready; afterwards it serves on what it knew last, and is degraded while the store is away.
 */
export class StoreConnection {
  readonly #part: Part;
  readonly #log: Logger;
  #state: ConnectionState = { state: "connecting" };
  #served = false;

  constructor(part: Part, log: Logger) {
    this.#part = part;
    this.#log = log;
  }

  /** To be called with each state of a watch, as its `onConnection`. */
  changed(state: ConnectionState): void {
    const wasInterrupted = this.#state.state === "interrupted";
    // On the way back from an interruption, its reason says more than that we are connecting again.
    if (state.state === "connecting" && wasInterrupted) return;
    this.#state = state;
    switch (state.state) {
      case "connecting":
        this.#part.notReady("connecting to the store");
        return;
      case "live":
        this.#served = true;
        this.#part.ready();
        this.#log.info({ revision: state.revision }, "following the store");
        return;
      case "interrupted": {
        const away = `without the store since ${state.since.toISOString()}: ${state.reason}`;
        if (this.#served) this.#part.degraded(`${away}; going on with what is known`);
        else this.#part.notReady(away);
        if (!wasInterrupted) this.#log.warn({ reason: state.reason }, "lost the store; going on with what is known");
      }
    }
  }

  describe(): ConnectionState {
    return this.#state;
  }
}
