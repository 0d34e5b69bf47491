import type { Resource } from "@protomesh/core/api";
import { until } from "@protomesh/testing";
import type { CallProxy, Edge, Fate } from "./call-proxy.js";
import type { MemoryStore } from "./memory-store.js";
import { ScheduleNotFoundError } from "@temporalio/client";
import type { Trial } from "./trial.js";
import { onDrop, overlap, waiterTrigger, type TriggerSpec } from "./waiter-trigger.js";
import { end } from "./workflows.js";

/** One thing that a worker does in several calls, each of which may go wrong. */
export interface Scenario {
  readonly title: string;
  /** The resource before; carried out by another worker. Undefined: there is none. */
  readonly before: TriggerSpec | undefined;
  /** What happens to its run after that worker has ended. */
  readonly run?: "fails";
  /** What is declared when the worker begins; undefined: nothing. */
  readonly after: TriggerSpec | undefined;
  /** The methods that it calls to get there, in order. */
  readonly calls: readonly string[];
  /** Every run that is there in the end, the oldest first. */
  readonly runs: readonly string[];
  /** What the condition `Started` says in the end; absent: `Running`. */
  readonly reason?: string;
}

const start = "StartWorkflowExecution";
const terminate = "TerminateWorkflowExecution";
const cancel = "RequestCancelWorkflowExecution";
const record = "ReportStatus";

const told: TriggerSpec = { signalOnUpdate: "configure" };
const daily: TriggerSpec = { schedule: { cronExpressions: ["0 3 * * *"] } };
const terminating = onDrop("ON_DROP_TERMINATE");

const scenarios: readonly Scenario[] = [
  { title: "start", before: undefined, after: {}, calls: [record, start, record], runs: ["RUNNING"] },
  {
    title: "replacement",
    before: overlap,
    after: { ...overlap, jsonArguments: "[1]" },
    calls: [terminate, record, start, record],
    runs: ["TERMINATED", "RUNNING"],
  },
  {
    title: "restart",
    before: {},
    run: "fails",
    after: {},
    calls: [record, start, record],
    runs: ["FAILED", "RUNNING"],
  },
  {
    title: "drop that terminates",
    before: terminating,
    after: undefined,
    calls: [terminate, record],
    runs: ["TERMINATED"],
  },
  {
    title: "drop that cancels",
    before: onDrop("ON_DROP_CANCEL"),
    after: undefined,
    calls: [cancel, record],
    runs: ["CANCELLED"],
  },
  {
    title: "signal",
    before: told,
    after: { ...told, jsonArguments: "[1]" },
    calls: ["SignalWorkflowExecution", record],
    runs: ["RUNNING"],
  },
  {
    title: "schedule",
    before: undefined,
    after: daily,
    calls: [record, "CreateSchedule", record],
    runs: [],
    reason: "Scheduled",
  },
  {
    title: "schedule that is replaced",
    before: daily,
    after: { ...daily, jsonArguments: "[1]" },
    calls: [record, "UpdateSchedule", record],
    runs: [],
    reason: "Scheduled",
  },
  {
    title: "drop of a schedule",
    before: { ...daily, ...terminating },
    after: undefined,
    calls: ["PatchSchedule", "DeleteSchedule", record],
    runs: [],
  },
];

/** The edge of one call of a scenario. */
export interface CallEdge extends Edge {
  readonly scenario: Scenario;
  /** Which call of that method, from 1. */
  readonly nth: number;
  /** For titles. */
  readonly when: "before" | "after";
}

/** Each edge of each call of each scenario. */
export const callEdges: readonly CallEdge[] = scenarios.flatMap((scenario) =>
  scenario.calls.flatMap((method, index) => {
    const nth = scenario.calls.slice(0, index + 1).filter((call) => call === method).length;
    return [
      { scenario, method, nth, side: "request", when: "before" },
      { scenario, method, nth, side: "answer", when: "after" },
    ] as const;
  }),
);

/** Resolves when a call has come to the edge, where it then gets its fate. */
export async function metAt({ method, side, nth }: CallEdge, fate: Fate, proxies: readonly CallProxy[]): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const fateAt = (edge: Edge): Fate => {
      if (edge.method !== method || edge.side !== side) return "pass";
      seen += 1;
      // What is held stays the last call; what is cut is tried again.
      if (fate === "hold" ? seen < nth : seen !== nth) return "pass";
      resolve();
      return fate;
    };
    for (const proxy of proxies) proxy.fateAt = fateAt;
  });
}

/** Brings a trigger to where the scenario begins; its name is its workflow id. */
export async function prepare(trial: Trial, store: MemoryStore, name: string, scenario: Scenario): Promise<Resource> {
  if (scenario.before !== undefined) {
    const worker = await trial.startWorker(store);
    await untilSaid(
      store,
      store.put(waiterTrigger(name, scenario.before)),
      scenario.before.schedule ? "Scheduled" : "Running",
    );
    await worker.stop();
  }
  if (scenario.run === "fails") {
    const handle = trial.client.workflow.getHandle(name);
    await handle.signal(end, "badly");
    await until(async () => (await handle.describe()).status.name === "FAILED", "the run has failed");
  }
  const resource = waiterTrigger(name, scenario.after);
  if (scenario.after === undefined) store.drop(resource.id);
  else if (scenario.run === undefined) store.put(resource);
  return resource;
}

/** Resolves when the ledger says that the scenario is done. */
export async function untilDone(store: MemoryStore, resource: Resource, scenario: Scenario): Promise<void> {
  if (scenario.after === undefined) await until(() => !store.statuses.has(resource.id), "the drop is done");
  else await untilSaid(store, resource, scenario.reason ?? "Running");
}

async function untilSaid(store: MemoryStore, { id }: Resource, reason: string): Promise<void> {
  await until(() => {
    const status = store.statuses.get(id);
    return status?.observedIndex === store.resources.get(id)?.version?.index && store.reason(id, "Started") === reason;
  }, `the status says ${reason}`);
}

/** Whether a schedule of that id is there. */
export async function isScheduled({ client }: Trial, id: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(id).describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
