import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { backoffMs, type Logger, type Part } from "@protomesh/core";
import { NativeConnection, Worker } from "@temporalio/worker";
import type { TemporalEndpoint } from "../execute/temporal-settings.js";
import { failureText } from "../execute/temporal-failure.js";
import type { Activities } from "./store-activities.js";
import { installSdkRuntime } from "./sdk-runtime.js";

export interface ActivityServerOptions {
  readonly endpoint: TemporalEndpoint;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  readonly activities: Activities;
  /** How long activities under way may take to end at a stop, in milliseconds. */
  readonly drainMs: number;
  readonly part: Part;
  readonly log: Logger;
}

const backoff = { initialMs: 500, maximumMs: 30_000 };

/** Serves activities on a task queue, through outages of Temporal of any length, until it is stopped. */
export class ActivityServer {
  readonly #options: ActivityServerOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: ActivityServerOptions) {
    this.#options = options;
    installSdkRuntime(options.log);
    this.#ended = this.#serve();
  }

  /** Takes no more activities, and resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #serve(): Promise<void> {
    const { part, log } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      try {
        await this.#serveOnce(() => {
          failures = 0;
          part.ready();
        });
      } catch (error) {
        const reason = failureText(error);
        part.notReady(`not served: ${reason}`);
        // An outage may be long: only its begin is worth a warning.
        log[failures === 0 ? "warn" : "debug"]({ reason }, "activities are not served; trying again");
        await this.#pause(backoffMs(failures, backoff));
      }
    }
  }

  /** Resolves after a stop; throws when Temporal cannot be reached or the SDK's worker gives up. */
  async #serveOnce(onServing: () => void): Promise<void> {
    const { endpoint, namespace, taskQueue, identity, activities, drainMs } = this.#options;
    const connection = await NativeConnection.connect(endpoint);
    try {
      const worker = await Worker.create({
        connection,
        namespace,
        taskQueue,
        identity,
        activities,
        shutdownGraceTime: Math.ceil(drainMs / 2),
        shutdownForceTime: drainMs,
      });
      if (this.#stop.signal.aborted) return;
      const running = worker.run();
      const stopped = once(this.#stop.signal, "abort").then(() => worker.shutdown());
      onServing();
      await Promise.race([running, stopped]);
      await running;
    } finally {
      await connection.close();
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}
