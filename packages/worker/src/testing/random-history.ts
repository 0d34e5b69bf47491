import type { Resource, Trigger } from "@protomesh/core/api";
import { processTrigger } from "@protomesh/testing";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { OnDrop } from "../plan/on-drop.js";
import type { CallProxy, Edge, Fate } from "./call-proxy.js";
import type { Dice } from "@protomesh/testing/dice";
import type { MemoryStore } from "./memory-store.js";
import { taskQueue, type Trial } from "./trial.js";
import { TriggerModel, type Event } from "./trigger-model.js";
import type { WorkerProcess } from "./worker-process.js";
import { end } from "./workflows.js";

/** What goes wrong while the events of a round happen. */
type Trouble =
  | { readonly is: "none" }
  /** The worker is killed at this edge of its calls, from now on. */
  | { readonly is: "kill"; readonly edge: number }
  | { readonly is: "cut"; readonly edge: number }
  | { readonly is: "second worker" }
  | { readonly is: "Temporal restarts" }
  | { readonly is: "store away" };

/** Calls that make up the steps of a worker. */
const steps = new Set([
  "ReportStatus",
  "DescribeWorkflowExecution",
  "StartWorkflowExecution",
  "TerminateWorkflowExecution",
  "RequestCancelWorkflowExecution",
]);

const onDrops = {
  nothing: "ON_DROP_DO_NOTHING",
  cancel: "ON_DROP_CANCEL",
  terminate: "ON_DROP_TERMINATE",
} as const satisfies Record<OnDrop, string>;

const patienceMs = 60_000;

/** A random history of a few triggers, beside a model of each; after each round the world is to be as the models say. */
export class RandomHistory {
  /** What has happened, for the message of a failure. */
  readonly told: string[] = [];
  readonly #models = new Map<string, TriggerModel>();
  #versions = 0;
  #worker: WorkerProcess | undefined;

  readonly store: MemoryStore;
  readonly #trial: Trial;
  readonly #proxies: { readonly store: CallProxy; readonly temporal: CallProxy };
  readonly #dice: Dice;

  private constructor(
    trial: Trial,
    store: MemoryStore,
    proxies: { store: CallProxy; temporal: CallProxy },
    dice: Dice,
  ) {
    this.#trial = trial;
    this.store = store;
    this.#proxies = proxies;
    this.#dice = dice;
  }

  static async open(trial: Trial, dice: Dice, triggers: number): Promise<RandomHistory> {
    const store = await trial.openStore();
    const proxies = {
      store: await trial.openProxy(() => store.address),
      temporal: await trial.openProxy(() => trial.temporalAddress),
    };
    const history = new RandomHistory(trial, store, proxies, dice);
    for (let n = 0; n < triggers; n++) history.#models.set(`random-${n}`, new TriggerModel());
    history.#startWorker();
    return history;
  }

  /** By trigger: what is there, and what the model says. */
  async compared(): Promise<{ got: Record<string, unknown>; want: Record<string, unknown> }> {
    const got: Record<string, unknown> = {};
    const want: Record<string, unknown> = {};
    for (const [name, model] of this.#models) {
      const id = idOf(name);
      const index = this.store.statuses.get(id)?.observedIndex;
      got[name] = { runs: await this.#trial.statesOf(name), reason: this.store.reason(id, "Started"), index };
      want[name] = { runs: model.states, reason: model.reason, index: this.store.resources.get(id)?.version?.index };
    }
    return { got, want };
  }

  /** One event for some of the triggers, and trouble; resolves when all is as the models say, or was not for long. */
  async round(): Promise<void> {
    const trouble = this.#trouble();
    this.told.push(JSON.stringify(trouble));
    let metEdge = false;
    let edges = trouble.is === "kill" || trouble.is === "cut" ? trouble.edge : Infinity;
    this.#fate(({ method }) => {
      if (!steps.has(method)) return "pass";
      edges -= 1;
      if (edges > 0) return "pass";
      metEdge = true;
      if (trouble.is === "kill") return "hold";
      edges = Infinity;
      return "cut";
    });
    if (trouble.is === "store away") this.store.close();
    for (const [name, model] of this.#models) {
      if (this.#dice.next() < 0.6) await this.#happen(name, model, this.#event(model));
    }
    if (trouble.is === "Temporal restarts") await this.#trial.restartTemporal();
    if (trouble.is === "store away") await this.store.open();
    if (trouble.is === "second worker") this.#startWorker();
    await this.#settled(() => trouble.is === "kill" && metEdge);
    this.#fate(() => "pass");
    if (!metEdge || trouble.is !== "kill") return;
    await this.#worker?.kill();
    this.#startWorker();
    await this.#settled(() => false);
  }

  #fate(fateAt: (edge: Edge) => Fate): void {
    for (const proxy of Object.values(this.#proxies)) proxy.fateAt = fateAt;
  }

  #startWorker(): void {
    this.#worker = this.#trial.startWorkerProcess(this.#proxies.store.address, this.#proxies.temporal.address);
  }

  /** Whoever compares next tells better than a condition what is not as it should be. */
  async #settled(isOver: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!isOver() && performance.now() < deadline) {
      const { got, want } = await this.compared();
      if (isDeepStrictEqual(got, want)) return;
      await delay(50);
    }
  }

  #trouble(): Trouble {
    const edge = 1 + this.#dice.below(10);
    return this.#dice.pick<Trouble>([
      { is: "none" },
      { is: "kill", edge },
      { is: "kill", edge: edge + 1 },
      { is: "cut", edge },
      { is: "second worker" },
      { is: "Temporal restarts" },
      { is: "store away" },
    ]);
  }

  #event(model: TriggerModel): Event {
    const ends = ["COMPLETED", "FAILED", "CANCELLED", "TERMINATED"] as const;
    // Each further restart of a version waits longer than the one before.
    const how = model.starts > 2 ? "COMPLETED" : this.#dice.pick(ends);
    const ifRunning = this.#dice.pick(["abort", "overlap"] as const);
    const onDrop = this.#dice.pick(["nothing", "cancel", "terminate"] as const);
    const anyway: Event[] =
      model.open === undefined
        ? [{ is: "foreign start" }]
        : [
            { is: "end", how },
            { is: "end", how },
          ];
    this.#versions += 1;
    if (model.declared === undefined) {
      const declare: Event = { is: "declare", version: this.#versions, ifRunning, onDrop };
      return this.#dice.pick([declare, declare, ...anyway]);
    }
    return this.#dice.pick<Event>([
      { is: "change", version: this.#versions },
      { is: "change", version: this.#versions },
      { is: "set if_running", ifRunning },
      { is: "set on_drop", onDrop },
      { is: "drop" },
      ...anyway,
    ]);
  }

  async #happen(name: string, model: TriggerModel, event: Event): Promise<void> {
    this.told.push(`${name}: ${JSON.stringify(event)}`);
    model.apply(event);
    const { workflow } = this.#trial.client;
    switch (event.is) {
      case "declare":
      case "change":
      case "set if_running":
      case "set on_drop":
        if (model.declared !== undefined) this.store.put(resourceOf(name, model.declared));
        return;
      case "drop":
        this.store.drop(idOf(name));
        return;
      case "foreign start":
        await workflow.start("waiter", { taskQueue, workflowId: name });
        return;
      case "end": {
        const handle = workflow.getHandle(name);
        if (event.how === "CANCELLED") await handle.cancel();
        else if (event.how === "TERMINATED") await handle.terminate();
        else await handle.signal(end, event.how === "COMPLETED" ? "well" : "badly");
      }
    }
  }
}

function idOf(name: string): string {
  return processTrigger({ name }).id;
}

function resourceOf(name: string, { version, ifRunning, onDrop }: NonNullable<TriggerModel["declared"]>): Resource {
  const spec: Parameters<typeof Trigger.fromPartial>[0] = {
    name: "waiter",
    taskQueue,
    idPrefix: name,
    jsonArguments: `[${version}]`,
    ifRunning: {
      $case: "ifRunningAction",
      value: ifRunning === "abort" ? "IF_RUNNING_ABORT" : "IF_RUNNING_OVERLAP",
    },
    onDrop: { $case: "onDropAction", value: onDrops[onDrop] },
  };
  return processTrigger({ name, spec });
}
