import type { Reads } from "../execute/observe.js";
import type { Schedules } from "../execute/schedules.js";
import type { WorkflowRuns } from "../execute/workflow-runs.js";
import type { Ending, Plan, Standing } from "../plan/action.js";
import type { Declared, DeclaredTrigger } from "../plan/declared.js";
import type { Recorded } from "../plan/recorded.js";
import type { StatusKeeper } from "./status-keeper.js";
import type { Steps } from "./steps.js";
import type { Done } from "./work-each.js";

/** Stale and conflicting resources wait for somebody else's run to close, which nobody tells us. */
const blockedPollMs = 5_000;
/** Something was not as it had been seen just before: it is looked at soon. */
const surprisedPollMs = 250;

/** What the worker does in Temporal. */
export interface Temporal extends Reads {
  readonly runs: Pick<WorkflowRuns, "describe" | "find" | "start" | "signal" | "end">;
  readonly schedules: Pick<Schedules, "describe" | "describeWithRuns" | "create" | "update" | "end">;
}

/** How a resource stands after it was worked on. */
export interface Reconciled extends Done {
  readonly standing: Standing | undefined;
  readonly recorded: Recorded | undefined;
}

export interface Acting {
  readonly declared: Declared;
  /** What the ledger says before. */
  readonly recorded: Recorded | undefined;
  readonly ledger: StatusKeeper;
  readonly temporal: Temporal;
  readonly steps: Steps;
}

/** Does what is planned, and writes down before and after what the plan says. */
export async function act(plan: Plan, acting: Acting): Promise<Reconciled> {
  const { action, record, standing } = plan;
  switch (action.act) {
    case "nothing":
      return kept(record, standing, acting);
    case "wait":
      return { ...(await kept(record, standing, acting)), againInMs: Math.max(0, action.until - Date.now()) };
    case "end":
      await end(action.endings, acting);
      return kept(record, standing, acting);
    case "start":
      return start(action, plan, acting);
    case "signal":
      return signal(action, plan, acting);
    case "schedule":
      return schedule(action, plan, acting);
  }
}

type Acts<Act> = Extract<Plan["action"], { act: Act }>;

async function start({ endings, requestId }: Acts<"start">, plan: Plan, acting: Acting): Promise<Reconciled> {
  const { trigger, record } = aimOf(plan, acting);
  await end(endings, acting);
  await acting.ledger.keep(record, plan.standing);
  const answer = await acting.steps.taken("start", () => acting.temporal.runs.start(trigger, requestId));
  switch (answer.is) {
    case "taken":
      return { standing: plan.standing, recorded: record, againInMs: surprisedPollMs };
    case "refused":
      return kept({ ...record, phase: answer }, answer, acting);
    case "started": {
      const { firstRunId, open } = answer;
      const started: Recorded = { ...record, phase: { is: "started", firstRunId } };
      const now = await kept(started, { is: "running" }, acting);
      return open ? now : { ...now, againInMs: 0 };
    }
  }
}

async function signal({ endings, runId, requestId }: Acts<"signal">, plan: Plan, acting: Acting): Promise<Reconciled> {
  const { trigger, record } = aimOf(plan, acting);
  await end(endings, acting);
  const answer = await acting.steps.taken("signal", () => acting.temporal.runs.signal(trigger, runId, requestId));
  switch (answer.is) {
    case "told":
      return kept(record, plan.standing, acting);
    case "gone":
      return { standing: plan.standing, recorded: acting.recorded, againInMs: surprisedPollMs };
    case "refused":
      return kept(acting.recorded, answer, acting);
  }
}

async function schedule({ endings, how }: Acts<"schedule">, plan: Plan, acting: Acting): Promise<Reconciled> {
  const { trigger, record } = aimOf(plan, acting);
  const { schedules } = acting.temporal;
  await end(endings, acting);
  await acting.ledger.keep(record, plan.standing);
  const answer = await acting.steps.taken(how, () => schedules[how](trigger));
  switch (answer.is) {
    case "taken":
      return { standing: plan.standing, recorded: record, againInMs: surprisedPollMs };
    case "refused":
      return kept({ ...record, phase: answer }, answer, acting);
    case "written":
      // A schedule that was paused before still is: how it stands is read from it.
      return how === "update"
        ? { standing: plan.standing, recorded: record, againInMs: 0 }
        : kept(record, { is: "scheduled", paused: undefined }, acting);
  }
}

async function end(endings: readonly Ending[], { temporal, steps }: Acting): Promise<void> {
  for (const ending of endings) {
    await steps.taken(ending.how, () =>
      "firstRunId" in ending ? temporal.runs.end(ending) : temporal.schedules.end(ending),
    );
  }
}

async function kept(recorded: Recorded | undefined, standing: Standing, { ledger }: Acting): Promise<Reconciled> {
  await ledger.keep(recorded, standing);
  return { standing, recorded, againInMs: pollMs(standing) };
}

function pollMs({ is }: Standing): number | undefined {
  if (is === "stale" || is === "conflict" || is === "schedule-conflict") return blockedPollMs;
  return is === "ending" ? 0 : undefined;
}

function aimOf({ record }: Plan, { declared }: Acting): { trigger: DeclaredTrigger; record: Recorded } {
  if (declared.is !== "trigger" || record === undefined) throw new Error("only a declared trigger can be started");
  return { trigger: declared, record };
}
