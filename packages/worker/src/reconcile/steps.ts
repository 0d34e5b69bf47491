import { Counter, Histogram, type Registry } from "prom-client";
import type { Work } from "./work-each.js";

/** Calls that change something in Temporal; the last four are about schedules. */
export type Step = "start" | "signal" | "cancel" | "terminate" | "create" | "update" | "pause" | "delete";

/** Counts what the worker does, and how long it takes. */
export class Steps {
  readonly #actions: Counter<"action" | "outcome">;
  readonly #actionSeconds: Histogram<"action">;
  readonly #planSeconds: Histogram;
  readonly #lagSeconds: Histogram<"went">;
  readonly #sightSeconds: Histogram;

  constructor(registry: Registry) {
    this.#actions = new Counter({
      name: "protomesh_worker_actions_total",
      help: "Calls that change something in Temporal, by kind and outcome.",
      labelNames: ["action", "outcome"],
      registers: [registry],
    });
    this.#actionSeconds = new Histogram({
      name: "protomesh_worker_action_seconds",
      help: "How long such a call takes.",
      labelNames: ["action"],
      registers: [registry],
    });
    this.#planSeconds = new Histogram({
      name: "protomesh_worker_plan_seconds",
      help: "How long one plan takes.",
      buckets: [1e-5, 1e-4, 1e-3, 1e-2],
      registers: [registry],
    });
    this.#sightSeconds = new Histogram({
      name: "protomesh_worker_sight_seconds",
      help: "How long reading the list of open workflows takes, which saves a look at each.",
      registers: [registry],
    });
    this.#lagSeconds = new Histogram({
      name: "protomesh_worker_lag_seconds",
      help: "From a change, or the time to look again, to the end of the work on the trigger; by how that went.",
      labelNames: ["went"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    });
  }

  /** Takes into account how long a trigger waited, and was worked on. */
  worked({ went, sinceWokenMs }: Work<unknown>): void {
    this.#lagSeconds.observe({ went }, sinceWokenMs / 1_000);
  }

  async sighted<T>(sight: () => Promise<T>): Promise<T> {
    const end = this.#sightSeconds.startTimer();
    try {
      return await sight();
    } finally {
      end();
    }
  }

  planned<T>(plan: () => T): T {
    const end = this.#planSeconds.startTimer();
    try {
      return plan();
    } finally {
      end();
    }
  }

  async taken<T>(action: Step, take: () => Promise<T>): Promise<T> {
    const end = this.#actionSeconds.startTimer({ action });
    try {
      const result = await take();
      this.#actions.inc({ action, outcome: outcomeOf(result) });
      return result;
    } catch (error) {
      this.#actions.inc({ action, outcome: "failed" });
      throw error;
    } finally {
      end();
    }
  }
}

/** A start answers with a case; an ending with nothing. */
function outcomeOf(result: unknown): string {
  return typeof result === "object" && result !== null && "is" in result && typeof result.is === "string"
    ? result.is
    : "done";
}
