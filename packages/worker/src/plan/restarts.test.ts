import { describe, expect, test } from "vitest";
import {
  declared,
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
} from "../testing/planning.js";
import { plan } from "./plan.js";

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
