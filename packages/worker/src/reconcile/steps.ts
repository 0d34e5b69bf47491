import { Counter, Histogram, type Registry } from "prom-client";

/** Calls that change something in Temporal; the last four are about schedules. */
export type Step = "start" | "signal" | "cancel" | "terminate" | "create" | "update" | "pause" | "delete";

/** Counts what the worker does, and how long it takes. */
export class Steps {
  readonly #actions: Counter<"action" | "outcome">;
  readonly #actionSeconds: Histogram<"action">;
  readonly #planSeconds: Histogram;

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
