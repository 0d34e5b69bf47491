import { describe, expect, test } from "vitest";
import {
  declared,
  elsewhere,
  endedAs,
  nothing,
  now,
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

describe("restarts", () => {
  const justFailed = run({ is: "closed", outcome: "failed", closedAt: now - 100 }, ours("new"));

  test.each([
    { restarts: 0, delayMs: 1_000 },
    { restarts: 1, delayMs: 2_000 },
    { restarts: 5, delayMs: 32_000 },
    { restarts: 6, delayMs: 60_000 },
    { restarts: 2_000, delayMs: 60_000 },
  ])("after $restarts in a row the next waits $delayMs ms from the close", ({ restarts, delayMs }) => {
    const got = plan(resourceId, declared(), recorded({ restarts }), observed(justFailed), settings);
    expect(got.action).toEqual({ act: "wait", until: now - 100 + delayMs });
    expect(got.standing).toEqual({ is: "restarting", outcome: "failed", until: now - 100 + delayMs });
    expect(got.record).toMatchObject({ restarts, phase: { is: "closed", firstRunId: "first", outcome: "failed" } });
  });

  test("a run that lasted ten minutes begins the delays anew", () => {
    const long = { ...justFailed, startedAt: now - 600_100 };
    const got = plan(resourceId, declared(), recorded({ restarts: 6 }), observed(long), settings);
    expect(got.action).toEqual({ act: "wait", until: now - 100 + 1_000 });
  });

  test("the intent of a restart counts it and names the run before", () => {
    const failed = run(endedAs("failed"), ours("new"));
    const got = plan(resourceId, declared(), recorded(), observed(failed), settings);
    expect(got.record).toMatchObject({
      restarts: 1,
      previousRunId: "first",
      previousOutcome: "failed",
      phase: { is: "intended" },
    });
  });

  test("a restart that was intended and not made is made at once, with the same request id", () => {
    const intent = recorded({ phase: { is: "intended" }, restarts: 3, previousRunId: "first" });
    const got = plan(resourceId, declared(), intent, observed(justFailed), settings);
    expect(got.action).toEqual(start("first"));
    expect(got.record).toMatchObject({ restarts: 3, previousRunId: "first" });
  });

  test("once the restarted run is seen, its record keeps the count", () => {
    const intent = recorded({ phase: { is: "intended" }, restarts: 3, previousRunId: "before" });
    const got = plan(resourceId, declared(), intent, observed(run(running, ours("new"))), settings);
    expect(got.record).toMatchObject({ restarts: 3, phase: { is: "started", firstRunId: "first" } });
  });

  test("a run that was started again by hand counts from none", () => {
    const got = plan(
      resourceId,
      declared(),
      recorded({ restarts: 4 }),
      observed(run(running, ours("new"), { firstRunId: "by-hand" })),
      settings,
    );
    expect(got.record).toMatchObject({ restarts: 0, phase: { is: "started", firstRunId: "by-hand" } });
  });
});

describe("what Temporal has forgotten", () => {
  test("a recorded start whose run is gone is done: it ran", () => {
    const got = plan(resourceId, declared(), recorded(), observed(), settings);
    expect(got).toMatchObject({ action: nothing, standing: { is: "done", outcome: "unknown" } });
    expect(got.record?.phase).toMatchObject({ is: "closed", firstRunId: "first", outcome: "unknown" });
  });

  test("a cron chain that is gone is started again: it cannot have completed", () => {
    const cron = declared({ start: { ...declared().start, cronSchedule: "* * * * *" } });
    const last = recorded({ phase: { is: "closed", firstRunId: "first", outcome: "unknown", closedAt: now - 1_000 } });
    expect(plan(resourceId, cron, last, observed(), settings).action).toEqual(start("first"));
  });

  test("a recorded failure is started again although its run is gone", () => {
    const last = recorded({ phase: { is: "closed", firstRunId: "first", outcome: "failed", closedAt: 1 } });
    expect(plan(resourceId, declared(), last, observed(), settings).action).toEqual(start("first"));
  });

  test("an intent without a run is carried out", () => {
    const got = plan(resourceId, declared(), recorded({ phase: { is: "intended" } }), observed(), settings);
    expect(got.action).toEqual(start());
  });

  test.each([
    { title: "open", foreign: running, want: { is: "done", outcome: "completed" } },
    { title: "closed", foreign: endedAs("failed"), want: { is: "done", outcome: "completed" } },
  ])(
    "a run that was only intended, behind a newer foreign one that is $title, counts as it ended",
    ({ foreign, want }) => {
      const theirs = run(foreign, undefined, { firstRunId: "theirs" });
      const behind = run(endedAs("completed"), ours("new"));
      const intent = recorded({ phase: { is: "intended" } });
      expect(plan(resourceId, declared(), intent, observed(theirs, behind), settings).standing).toEqual(want);
    },
  );

  test("the run that a restart is to follow is not the one that was intended", () => {
    const theirs = run(running, undefined, { firstRunId: "theirs" });
    const before = run(endedAs("failed"), ours("new"));
    const intent = recorded({ phase: { is: "intended" }, previousRunId: "first" });
    expect(plan(resourceId, declared(), intent, observed(theirs, before), settings).standing.is).toBe("conflict");
  });

  test("our run behind a newer foreign one that is open counts as it ended", () => {
    const foreign = run(running, undefined, { firstRunId: "theirs" });
    const got = plan(
      resourceId,
      declared(),
      recorded(),
      observed(foreign, run(endedAs("completed"), ours("new"))),
      settings,
    );
    expect(got.standing).toEqual({ is: "done", outcome: "completed" });
  });

  test("our run behind a newer foreign one that is closed counts as it ended", () => {
    const foreign = run(endedAs("completed"), undefined, { firstRunId: "theirs" });
    const got = plan(
      resourceId,
      declared(),
      recorded(),
      observed(foreign, run(endedAs("failed"), ours("new"))),
      settings,
    );
    expect(got.action).toEqual(start("first"));
  });
});

describe("the record", () => {
  test("says the intent before a start", () => {
    expect(plan(resourceId, declared(), undefined, observed(), settings).record).toEqual(
      recorded({ phase: { is: "intended" } }),
    );
  });

  test("names the run that is found, whoever started it", () => {
    const seen = observed(run(running, ours("new")));
    expect(plan(resourceId, declared(), undefined, seen, settings).record).toEqual(recorded());
  });

  test("follows on_drop and the version without a restart", () => {
    const seen = observed(run(running, ours("new")));
    const got = plan(resourceId, declared({ onDrop: "terminate", index: 9n }), recorded(), seen, settings);
    expect(got).toMatchObject({ action: nothing, record: { onDrop: "terminate", index: 9n } });
  });

  test("keeps the run of the older version while that may finish", () => {
    const seen = observed(run(running, ours("old")));
    const got = plan(resourceId, declared(), recorded({ specHash: "old" }), seen, settings);
    expect(got.record).toEqual(recorded({ specHash: "old" }));
  });

  test("of a refusal stands until the specification changes", () => {
    const refusal = recorded({ phase: { is: "refused", reason: "bad cron" } });
    expect(plan(resourceId, declared(), refusal, observed(), settings)).toEqual({
      action: nothing,
      record: refusal,
      standing: { is: "refused", reason: "bad cron" },
    });
    const changed = plan(resourceId, declared({ specHash: "newer" }), refusal, observed(), settings);
    expect(changed.action.act).toBe("start");
  });

  test("stands while the declaration is invalid", () => {
    const invalid = { is: "invalid", index: 8n, violations: [{ field: "spec", description: "…" }] } as const;
    const got = plan(resourceId, invalid, recorded(), observed(run(running, ours("new"))), settings);
    expect(got).toMatchObject({ action: nothing, record: recorded(), standing: { is: "invalid" } });
  });
});

describe("another workflow id", () => {
  const moved = declared({ address: elsewhere });

  test.each([
    { onDrop: "cancel", endings: [{ ...terminate("first"), how: "cancel" }] },
    { onDrop: "terminate", endings: [terminate("first")] },
    { onDrop: "nothing", endings: [] },
  ] as const)("the run at the old id gets its on_drop ($onDrop), then the new one starts", ({ onDrop, endings }) => {
    const got = plan(resourceId, moved, recorded({ onDrop, specHash: "old" }), observed(), settings);
    expect(got.action).toEqual(start(undefined, ...endings));
  });

  test("a conflict at the new id does not save the run at the old one", () => {
    const foreign = run(running, undefined, { address: elsewhere });
    const got = plan(resourceId, moved, recorded({ specHash: "old" }), observed(foreign), settings);
    expect(got).toMatchObject({
      action: { act: "end", endings: [{ firstRunId: "first" }] },
      record: undefined,
      standing: { is: "conflict" },
    });
  });

  test("a start that was only intended at the old id is looked for by its memo", () => {
    const intent = recorded({ specHash: "old", phase: { is: "intended" } });
    const found = run(running, ours("old"), { firstRunId: "found" });
    const got = plan(resourceId, moved, intent, observed(undefined, found), settings);
    expect(got.action).toEqual(start(undefined, { ...terminate("found"), how: "cancel" }));
  });
});

describe("dropped", () => {
  const absent = { is: "absent" } as const;

  test.each([
    { onDrop: "cancel", action: { act: "end", endings: [{ ...terminate("first"), how: "cancel" }] } },
    { onDrop: "terminate", action: { act: "end", endings: [terminate("first")] } },
    { onDrop: "nothing", action: nothing },
  ] as const)("on_drop $onDrop acts on the recorded first run id", ({ onDrop, action }) => {
    const got = plan(resourceId, absent, recorded({ onDrop }), observed(), settings);
    expect(got).toEqual({ action, record: undefined, standing: { is: "dropped" } });
  });

  test("a closed run is ended too, as it may have been reset since", () => {
    const last = recorded({ phase: { is: "closed", firstRunId: "first", outcome: "completed", closedAt: 1 } });
    expect(plan(resourceId, absent, last, observed(), settings).action.act).toBe("end");
  });

  test.each([
    { title: "its run is found by its memo", found: run(running, ours("new")), act: "end" },
    { title: "there is no run", found: undefined, act: "nothing" },
    { title: "a foreign run is left alone", found: run(running, undefined), act: "nothing" },
    { title: "another version is left alone", found: run(running, ours("other")), act: "nothing" },
    {
      title: "the run before is left alone",
      found: run(running, ours("new"), { firstRunId: "before" }),
      act: "nothing",
    },
  ])("after an intent: $title", ({ found, act }) => {
    const intent = recorded({ phase: { is: "intended" }, previousRunId: "before" });
    expect(plan(resourceId, absent, intent, observed(undefined, found), settings).action.act).toBe(act);
  });

  test("without a record there is nothing to do", () => {
    expect(plan(resourceId, absent, undefined, observed(), settings)).toEqual({
      action: nothing,
      record: undefined,
      standing: { is: "dropped" },
    });
  });
});
