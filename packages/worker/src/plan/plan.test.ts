import { describe, expect, test } from "vitest";
import {
  declared,
  endedAs,
  nothing,
  observed,
  ours,
  recorded,
  resourceId,
  run,
  running,
  settings,
  start,
  terminate,
  waiting,
} from "../testing/planning.js";
import type { Plan } from "./action.js";
import type { DeclaredTrigger, IfRunning } from "./declared.js";
import type { Observed } from "./observed.js";
import { plan } from "./plan.js";
import type { Recorded } from "./recorded.js";

type Situation =
  | "no run"
  | "no run, recorded as done"
  | "running, same hash"
  | "running, other hash"
  | "running, other hash, a cron chain that waits for its tick"
  | "running, not ours"
  | "running, of another owner"
  | "running, not ours, to be left"
  | "running, not ours, to be terminated"
  | "running, not ours, to be adopted"
  | "running, of another resource that is declared, to be terminated"
  | "running, of another resource that is declared, to be adopted"
  | "running, adopted before, same hash"
  | "running, adopted before, other hash"
  | "running, nothing but the arguments differs, with a signal"
  | "running, other options differ, with a signal"
  | "running, told of this version"
  | "running, a retry of the one that was told of this version"
  | "a cron chain that waits for its tick, same hash"
  | "no run, intended"
  | "no run, recorded as failed"
  | "unknown, same hash"
  | "completed, same hash"
  | "failed, same hash"
  | "cancelled, same hash"
  | "terminated, same hash"
  | "timed out, same hash"
  | "closed, new hash"
  | "closed, not ours";

interface Given {
  readonly observed: Observed;
  readonly recorded?: Recorded;
  readonly declared?: Partial<DeclaredTrigger>;
}

const options = (specHash: string) => ({ ...ours(specHash), optionsHash: "options" });
const rivals = { ...observed(run(running, { ...ours("x"), resourceId: "another" })), isRivals: true };

const situations: Record<Situation, Given> = {
  "no run": { observed: observed() },
  "no run, recorded as done": {
    observed: observed(),
    recorded: recorded({ phase: { is: "closed", firstRunId: "first", outcome: "completed", closedAt: 1 } }),
  },
  "running, same hash": { observed: observed(run(running, ours("new"))) },
  "running, other hash": { observed: observed(run(running, ours("old"))) },
  "running, other hash, a cron chain that waits for its tick": { observed: observed(run(waiting, ours("old"))) },
  "running, not ours": { observed: observed(run(running, undefined)) },
  "running, of another owner": { observed: observed(run(running, { ...ours("new"), owner: "staging" })) },
  "running, not ours, to be left": {
    declared: { ifForeign: "leave" },
    observed: observed(run(running, undefined)),
  },
  "running, not ours, to be terminated": {
    declared: { ifForeign: "terminate" },
    observed: observed(run(running, undefined)),
  },
  "running, not ours, to be adopted": {
    declared: { ifForeign: "adopt" },
    observed: observed(run(running, undefined)),
  },
  "running, of another resource that is declared, to be terminated": {
    declared: { ifForeign: "terminate" },
    observed: rivals,
  },
  "running, of another resource that is declared, to be adopted": {
    declared: { ifForeign: "adopt" },
    observed: rivals,
  },
  "running, adopted before, same hash": { observed: observed(run(running, undefined)), recorded: recorded() },
  "running, adopted before, other hash": {
    observed: observed(run(running, undefined)),
    recorded: recorded({ specHash: "old" }),
  },
  "running, nothing but the arguments differs, with a signal": {
    declared: { updateSignal: "configure" },
    observed: observed(run(running, options("old"))),
  },
  "running, other options differ, with a signal": {
    declared: { updateSignal: "configure" },
    observed: observed(run(running, { ...options("old"), optionsHash: "others" })),
  },
  "running, told of this version": {
    declared: { updateSignal: "configure" },
    observed: observed(run(running, options("old"))),
    recorded: recorded({ toldRunId: "last" }),
  },
  "running, a retry of the one that was told of this version": {
    declared: { updateSignal: "configure" },
    observed: observed(run(running, options("old"))),
    recorded: recorded({ toldRunId: "before" }),
  },
  "a cron chain that waits for its tick, same hash": { observed: observed(run(waiting, ours("new"))) },
  "no run, intended": { observed: observed(), recorded: recorded({ phase: { is: "intended" } }) },
  "no run, recorded as failed": {
    observed: observed(),
    recorded: recorded({ phase: { is: "closed", firstRunId: "first", outcome: "failed", closedAt: 1 } }),
  },
  "unknown, same hash": { observed: observed(run(endedAs("unknown"), ours("new"))) },
  "completed, same hash": { observed: observed(run(endedAs("completed"), ours("new"))) },
  "failed, same hash": { observed: observed(run(endedAs("failed"), ours("new"))) },
  "cancelled, same hash": { observed: observed(run(endedAs("cancelled"), ours("new"))) },
  "terminated, same hash": { observed: observed(run(endedAs("terminated"), ours("new"))) },
  "timed out, same hash": { observed: observed(run(endedAs("timed-out"), ours("new"))) },
  "closed, new hash": { observed: observed(run(endedAs("failed"), ours("old"))) },
  "closed, not ours": { observed: observed(run(endedAs("completed"), undefined)) },
};

const signal = (runId: string) => ({ act: "signal", endings: [], runId, requestId: expect.any(String) });

interface Expected {
  readonly action: object;
  readonly standing: Plan["standing"]["is"];
}

const table: Record<Situation, Record<IfRunning, Expected>> = {
  "no run": {
    abort: { action: start(), standing: "starting" },
    overlap: { action: start(), standing: "starting" },
  },
  "no run, recorded as done": {
    abort: { action: nothing, standing: "done" },
    overlap: { action: nothing, standing: "done" },
  },
  "running, same hash": {
    abort: { action: nothing, standing: "running" },
    overlap: { action: nothing, standing: "running" },
  },
  "running, other hash": {
    abort: { action: nothing, standing: "stale" },
    overlap: { action: start(undefined, terminate("first")), standing: "starting" },
  },
  "running, other hash, a cron chain that waits for its tick": {
    abort: { action: start(undefined, terminate("first")), standing: "starting" },
    overlap: { action: start(undefined, terminate("first")), standing: "starting" },
  },
  "running, not ours": {
    abort: { action: nothing, standing: "conflict" },
    overlap: { action: nothing, standing: "conflict" },
  },
  "running, of another owner": {
    abort: { action: nothing, standing: "conflict" },
    overlap: { action: nothing, standing: "conflict" },
  },
  "running, not ours, to be left": {
    abort: { action: nothing, standing: "conflict" },
    overlap: { action: nothing, standing: "conflict" },
  },
  "running, not ours, to be terminated": {
    abort: { action: start(undefined, terminate("first")), standing: "starting" },
    overlap: { action: start(undefined, terminate("first")), standing: "starting" },
  },
  "running, not ours, to be adopted": {
    abort: { action: nothing, standing: "running" },
    overlap: { action: nothing, standing: "running" },
  },
  "running, of another resource that is declared, to be terminated": {
    abort: { action: nothing, standing: "conflict" },
    overlap: { action: nothing, standing: "conflict" },
  },
  "running, of another resource that is declared, to be adopted": {
    abort: { action: nothing, standing: "conflict" },
    overlap: { action: nothing, standing: "conflict" },
  },
  "running, adopted before, same hash": {
    abort: { action: nothing, standing: "running" },
    overlap: { action: nothing, standing: "running" },
  },
  "running, adopted before, other hash": {
    abort: { action: nothing, standing: "stale" },
    overlap: { action: start(undefined, terminate("first")), standing: "starting" },
  },
  "running, nothing but the arguments differs, with a signal": {
    abort: { action: signal("last"), standing: "running" },
    overlap: { action: signal("last"), standing: "running" },
  },
  "running, other options differ, with a signal": {
    abort: { action: nothing, standing: "stale" },
    overlap: { action: start(undefined, terminate("first")), standing: "starting" },
  },
  "running, told of this version": {
    abort: { action: nothing, standing: "running" },
    overlap: { action: nothing, standing: "running" },
  },
  "running, a retry of the one that was told of this version": {
    abort: { action: signal("last"), standing: "running" },
    overlap: { action: signal("last"), standing: "running" },
  },
  "a cron chain that waits for its tick, same hash": {
    abort: { action: nothing, standing: "running" },
    overlap: { action: nothing, standing: "running" },
  },
  "no run, intended": {
    abort: { action: start(), standing: "starting" },
    overlap: { action: start(), standing: "starting" },
  },
  "no run, recorded as failed": {
    abort: { action: start("first"), standing: "starting" },
    overlap: { action: nothing, standing: "done" },
  },
  "unknown, same hash": {
    abort: { action: nothing, standing: "done" },
    overlap: { action: nothing, standing: "done" },
  },
  "completed, same hash": {
    abort: { action: nothing, standing: "done" },
    overlap: { action: nothing, standing: "done" },
  },
  "failed, same hash": {
    abort: { action: start("first"), standing: "starting" },
    overlap: { action: nothing, standing: "done" },
  },
  "cancelled, same hash": {
    abort: { action: start("first"), standing: "starting" },
    overlap: { action: nothing, standing: "done" },
  },
  "terminated, same hash": {
    abort: { action: start("first"), standing: "starting" },
    overlap: { action: nothing, standing: "done" },
  },
  "timed out, same hash": {
    abort: { action: start("first"), standing: "starting" },
    overlap: { action: nothing, standing: "done" },
  },
  "closed, new hash": {
    abort: { action: start(), standing: "starting" },
    overlap: { action: start(), standing: "starting" },
  },
  "closed, not ours": {
    abort: { action: start(), standing: "starting" },
    overlap: { action: start(), standing: "starting" },
  },
};

const cells = (Object.keys(table) as Situation[]).flatMap((situation) =>
  (["abort", "overlap"] as const).map((ifRunning) => ({ situation, ifRunning, want: table[situation][ifRunning] })),
);

test.each(cells)("$situation, if_running $ifRunning: $want.standing", ({ situation, ifRunning, want }) => {
  const { observed: seen, recorded: last, declared: overrides } = situations[situation];
  const got = plan(resourceId, declared({ ifRunning, ...overrides }), last, seen, settings);
  expect(got.action).toEqual(want.action);
  expect(got.standing.is).toBe(want.standing);
});

describe("the settings", () => {
  const overlap = declared({ ifRunning: "overlap" });

  test("take over: under OVERLAP a foreign run is terminated by its first run id, then ours starts", () => {
    const takeOver = { ...settings, takesOverForeignRuns: true };
    const got = plan(resourceId, overlap, undefined, observed(run(running, undefined)), takeOver);
    expect(got.action).toEqual(start(undefined, terminate("first")));
  });

  test("take over does not touch ABORT", () => {
    const takeOver = { ...settings, takesOverForeignRuns: true };
    const got = plan(resourceId, declared(), undefined, observed(run(running, undefined)), takeOver);
    expect(got.standing.is).toBe("conflict");
  });

  test("take over does not touch the run of another resource that is declared", () => {
    const takeOver = { ...settings, takesOverForeignRuns: true };
    expect(plan(resourceId, overlap, undefined, rivals, takeOver).standing.is).toBe("conflict");
  });

  test("take over does not touch what is to be left", () => {
    const takeOver = { ...settings, takesOverForeignRuns: true };
    const left = declared({ ifRunning: "overlap", ifForeign: "leave" });
    expect(plan(resourceId, left, undefined, observed(run(running, undefined)), takeOver).standing.is).toBe("conflict");
  });

  test.each(["cancelled", "terminated", "timed-out"] as const)(
    "restart: under OVERLAP also one that was %s",
    (outcome) => {
      const restart = { ...settings, restartsOverlapping: true };
      const got = plan(resourceId, overlap, undefined, observed(run(endedAs(outcome), ours("new"))), restart);
      expect(got.action).toEqual(start("first"));
    },
  );

  test("restart: under OVERLAP a completed run is done all the same", () => {
    const restart = { ...settings, restartsOverlapping: true };
    const got = plan(resourceId, overlap, undefined, observed(run(endedAs("completed"), ours("new"))), restart);
    expect(got.standing).toEqual({ is: "done", outcome: "completed" });
  });

  test("restart: under OVERLAP an unsuccessful run is started again", () => {
    const restart = { ...settings, restartsOverlapping: true };
    const got = plan(resourceId, overlap, undefined, observed(run(endedAs("failed"), ours("new"))), restart);
    expect(got.action).toEqual(start("first"));
  });
});
