import type { Connection } from "@temporalio/client";
import type { RateLimit } from "./rate-limit.js";

export interface TemporalCallsOptions {
  readonly connection: Connection;
  /** How long one call may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly rateLimit: RateLimit;
}

/** The way to Temporal. Each call is one try, in its turn: whoever calls decides what a failure means. */
export class TemporalCalls {
  readonly #options: TemporalCallsOptions;

  constructor(options: TemporalCallsOptions) {
    this.#options = options;
  }

  async call<T>(call: (service: Connection["workflowService"]) => Promise<T>): Promise<T> {
    const { connection, deadlineMs, rateLimit } = this.#options;
    await rateLimit.turn();
    return connection.withDeadline(Date.now() + deadlineMs, () => call(connection.workflowService));
  }
}

/** Who calls. */
export interface Caller {
  /** Whose workflows are ours. */
  readonly owner: string;
  /** As Temporal shows it. */
  readonly identity: string;
}
