import type { ResourceStatus } from "@protomesh/core/api";
import { observe } from "../execute/observe.js";
import type { WorkflowRuns } from "../execute/workflow-runs.js";
import { sameStatus } from "../ledger/ledger.js";
import { recordedOf } from "../ledger/recorded-details.js";
import { statusOf } from "../ledger/resource-status.js";
import type { Plan, Standing } from "../plan/action.js";
import type { Declared } from "../plan/declared.js";
import { plan } from "../plan/plan.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { Recorded } from "../plan/recorded.js";
import type { Steps } from "./steps.js";
import type { Done } from "./work-each.js";
import { declaredIn, type World } from "./world.js";

/** Stale and conflicting resources wait for somebody else's run to close, which nobody tells us. */
const blockedPollMs = 5_000;
/** A start that found the id taken: whoever took it is looked at soon. */
const takenPollMs = 250;

export interface ReconcileOptions {
  /** Of the resources. */
  readonly namespace: string;
  readonly runs: Pick<WorkflowRuns, "describe" | "start" | "end">;
  /** Resolves when the store keeps the status. */
  readonly writeStatus: (status: ResourceStatus) => Promise<void>;
  readonly settings: PlanSettings;
  readonly steps: Steps;
}

/** How a resource stands after it was worked on. */
export interface Reconciled extends Done {
  readonly standing: Standing | undefined;
  readonly recorded: Recorded | undefined;
}

/**
 * Takes one resource one step further: observes, plans, acts and writes down. It leaves nothing behind but what Temporal
 * and the ledger keep, so that it may end anywhere, in a crash too, and be begun again by anyone.
 */
export async function reconcile(resourceId: string, world: World, options: ReconcileOptions): Promise<Reconciled> {
  const declared = declaredIn(world, resourceId);
  if (declared === undefined) return { standing: undefined, recorded: undefined };
  const before = world.ledger?.statuses.get(resourceId);
  const recorded = before && recordedOf(before.observedIndex, before.details);
  const observed = await observe(options.runs, declared, recorded, options.settings);
  const planned = options.steps.planned(() => plan(resourceId, declared, recorded, observed, options.settings));
  const ledger = new StatusKeeper(resourceId, declared, before, options);
  return act(planned, declared, ledger, options);
}

async function act(
  { action, record, standing }: Plan,
  declared: Declared,
  ledger: StatusKeeper,
  { runs, steps }: ReconcileOptions,
): Promise<Reconciled> {
  switch (action.act) {
    case "nothing":
      await ledger.keep(record, standing);
      return { standing, recorded: record, againInMs: pollMs(standing) };
    case "wait":
      await ledger.keep(record, standing);
      return { standing, recorded: record, againInMs: Math.max(0, action.until - Date.now()) };
    case "end":
      for (const ending of action.endings) await steps.taken(ending.how, () => runs.end(ending));
      await ledger.keep(record, standing);
      return { standing, recorded: record, againInMs: pollMs(standing) };
    case "start": {
      if (declared.is !== "trigger" || record === undefined) throw new Error("only a declared trigger can be started");
      for (const ending of action.endings) await steps.taken(ending.how, () => runs.end(ending));
      await ledger.keep(record, standing);
      const answer = await steps.taken("start", () => runs.start(declared, action.requestId));
      switch (answer.is) {
        case "taken":
          return { standing, recorded: record, againInMs: takenPollMs };
        case "refused": {
          const refusal: Recorded = { ...record, phase: { is: "refused", reason: answer.reason } };
          const refused: Standing = { is: "refused", reason: answer.reason };
          await ledger.keep(refusal, refused);
          return { standing: refused, recorded: refusal };
        }
        case "started": {
          const started: Recorded = { ...record, phase: { is: "started", firstRunId: answer.firstRunId } };
          const running: Standing = { is: "running" };
          await ledger.keep(started, running);
          return { standing: running, recorded: started, againInMs: answer.open ? undefined : 0 };
        }
      }
    }
  }
}

/** The status of one resource while it is worked on. Writes only what is new. */
class StatusKeeper {
  readonly #resourceId: string;
  readonly #index: bigint;
  readonly #options: ReconcileOptions;
  #kept: ResourceStatus | undefined;

  constructor(resourceId: string, declared: Declared, kept: ResourceStatus | undefined, options: ReconcileOptions) {
    this.#resourceId = resourceId;
    this.#index = declared.is === "absent" ? 0n : declared.index;
    this.#kept = kept;
    this.#options = options;
  }

  async keep(recorded: Recorded | undefined, standing: Standing): Promise<void> {
    const { namespace, writeStatus } = this.#options;
    const report = { namespace, resourceId: this.#resourceId, index: this.#index, recorded, standing };
    const status = statusOf(report, this.#kept, Date.now());
    if (sameStatus(this.#kept, status)) return;
    await writeStatus(status);
    this.#kept = status;
  }
}

function pollMs(standing: Standing): number | undefined {
  return standing.is === "stale" || standing.is === "conflict" ? blockedPollMs : undefined;
}
