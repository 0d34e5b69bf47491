import { Gauge, type Registry } from "prom-client";
import type { Standing } from "../plan/action.js";
import type { Recorded } from "../plan/recorded.js";
import type { Reconciled } from "./act.js";
import type { Work } from "./work-each.js";

/** How one trigger stands, for `/status`. */
export interface TriggerView {
  readonly resourceId: string;
  readonly workflowId: string | undefined;
  readonly firstRunId: string | undefined;
  readonly standing: Standing | undefined;
  /** When it is worked on next, if nothing wakes it. */
  readonly nextTry: Date | undefined;
  /** Why the last try went wrong. */
  readonly failure: string | undefined;
}

/** The newest view of each trigger. */
export class TriggerBoard {
  readonly #views = new Map<string, TriggerView>();
  readonly #failureText: (error: unknown) => string;

  constructor(registry: Registry, failureText: (error: unknown) => string) {
    this.#failureText = failureText;
    const views = this.#views;
    const gauge = new Gauge({
      name: "protomesh_worker_triggers",
      help: "Triggers by how they stand; `failing` are those whose last try went wrong.",
      labelNames: ["standing"],
      registers: [],
      collect() {
        this.reset();
        for (const { standing, failure } of views.values()) {
          this.inc({ standing: failure === undefined ? (standing?.is ?? "unknown") : "failing" });
        }
      },
    });
    registry.registerMetric(gauge);
  }

  get views(): readonly TriggerView[] {
    return [...this.#views.values()];
  }

  /** Takes a work into account; returns the view when it tells something else than before, the time apart. */
  add(work: Work<Reconciled>): TriggerView | undefined {
    const before = this.#views.get(work.key);
    const view = work.went === "well" ? viewOf(work.key, work.result) : this.#failed(work, before);
    if (view.standing?.is === "dropped" && view.failure === undefined) this.#views.delete(work.key);
    else this.#views.set(work.key, view);
    const same = before?.standing?.is === view.standing?.is && before?.failure === view.failure;
    return same ? undefined : view;
  }

  #failed(work: { key: string; error: unknown; againInMs: number }, before: TriggerView | undefined): TriggerView {
    return {
      resourceId: work.key,
      workflowId: before?.workflowId,
      firstRunId: before?.firstRunId,
      standing: before?.standing,
      nextTry: new Date(Date.now() + work.againInMs),
      failure: this.#failureText(work.error),
    };
  }
}

function viewOf(resourceId: string, { standing, recorded, againInMs }: Reconciled): TriggerView {
  return {
    resourceId,
    workflowId: recorded?.address.workflowId,
    firstRunId: firstRunIdOf(recorded),
    standing,
    nextTry: againInMs === undefined ? undefined : new Date(Date.now() + againInMs),
    failure: undefined,
  };
}

function firstRunIdOf(recorded: Recorded | undefined): string | undefined {
  return recorded?.phase.is === "started" || recorded?.phase.is === "closed" ? recorded.phase.firstRunId : undefined;
}
