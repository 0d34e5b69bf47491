import { describe, expect, test } from "vitest";
import {
  address,
  declared,
  elsewhere,
  endedAs,
  nothing,
  observed,
  ours,
  recorded,
  resourceId,
  run,
  running,
  seen,
  settings,
  start,
  terminate,
  waiting,
} from "../testing/planning.js";
import type { Plan } from "./action.js";
import type { DeclaredTrigger, IfRunning } from "./declared.js";
import type { Observed, SeenSchedule } from "./observed.js";
import { plan } from "./plan.js";
import type { Recorded } from "./recorded.js";
import type { ScheduleOptions } from "./schedule-options.js";

const schedule: ScheduleOptions = {
  cronExpressions: ["@daily"],
  interval: undefined,
  offset: undefined,
  timeZone: "",
  jitter: undefined,
  overlap: "skip",
  catchUpWindow: undefined,
  pausesOnFailure: false,
};

const scheduled = recorded({ carrier: "schedule", phase: { is: "scheduled" } });
const foreign = seen({ mark: undefined });
const write = (how: "create" | "update", ...endings: object[]) => ({
  act: "schedule",
  endings,
  how,
});
const deletion = (at = address) => ({ address: at, how: "delete", reason: expect.stringContaining(resourceId) });
const pause = (at = address) => ({ address: at, how: "pause", reason: expect.stringContaining(resourceId) });

interface Case {
  readonly title: string;
  readonly declared?: Partial<DeclaredTrigger>;
  readonly recorded?: Recorded;
  readonly observed?: Partial<Observed>;
  readonly want: { readonly action: object; readonly standing: Plan["standing"]["is"] };
}

function planned({ declared: overrides, recorded: last, observed: given }: Omit<Case, "title" | "want">): Plan {
  return plan(resourceId, declared({ schedule, ...overrides }), last, { ...observed(), ...given }, settings);
}

test.each<Case>([
  { title: "no schedule: create", want: { action: write("create"), standing: "starting" } },
  {
    title: "deleted by somebody: create it again",
    recorded: scheduled,
    want: { action: write("create"), standing: "starting" },
  },
  {
    title: "same hash: nothing",
    observed: { schedule: seen() },
    want: { action: nothing, standing: "scheduled" },
  },
  {
    title: "other hash: replace it, whatever runs",
    observed: { schedule: seen({ mark: ours("old"), running: [{ workflowId: "nightly-1", runId: "r" }] }) },
    want: { action: write("update"), standing: "starting" },
  },
  {
    title: "not ours: leave it",
    observed: { schedule: foreign },
    want: { action: nothing, standing: "schedule-conflict" },
  },
  {
    title: "of another resource of ours: leave it, even if foreign ones are to be terminated",
    declared: { ifForeign: "terminate" },
    observed: { schedule: seen({ mark: { ...ours("new"), resourceId: "another" } }) },
    want: { action: nothing, standing: "schedule-conflict" },
  },
  {
    title: "not ours, to be terminated: replace it",
    declared: { ifForeign: "terminate" },
    observed: { schedule: foreign },
    want: { action: write("update"), standing: "starting" },
  },
  {
    title: "not ours, to be adopted: replace it",
    declared: { ifForeign: "adopt" },
    observed: { schedule: foreign },
    want: { action: write("update"), standing: "starting" },
  },
  {
    title: "refused: nothing until the specification changes",
    recorded: { ...scheduled, phase: { is: "refused", reason: "bad" } },
    want: { action: nothing, standing: "refused" },
  },
])("a schedule: $title", ({ want, ...given }) => {
  const got = planned(given);
  expect(got.action).toEqual(want.action);
  expect(got.standing.is).toBe(want.standing);
});

test("a schedule that somebody has paused stays so, and the standing says why", () => {
  const got = planned({ observed: { schedule: seen({ paused: "holiday" }) } });
  expect(got).toMatchObject({ action: nothing, standing: { is: "scheduled", paused: "holiday" } });
});

describe("a version with a schedule after one without", () => {
  test.each<{ title: string; ifRunning: IfRunning; state: "running" | "waiting" | "closed"; want: object }>([
    { title: "its run may finish first under ABORT", ifRunning: "abort", state: "running", want: nothing },
    {
      title: "its run is terminated under OVERLAP",
      ifRunning: "overlap",
      state: "running",
      want: write("create", terminate("first")),
    },
    {
      title: "a cron chain that waits for its tick is terminated",
      ifRunning: "abort",
      state: "waiting",
      want: write("create", terminate("first")),
    },
    { title: "a run that has closed is nothing", ifRunning: "abort", state: "closed", want: write("create") },
  ])("$title", ({ ifRunning, state, want }) => {
    const states = { running, waiting, closed: endedAs("failed") };
    const got = planned({
      declared: { ifRunning },
      recorded: recorded({ specHash: "old" }),
      observed: { current: run(states[state], ours("old")) },
    });
    expect(got.action).toEqual(want);
  });

  test("while the run may finish, the record still speaks of it", () => {
    const got = planned({
      recorded: recorded({ specHash: "old" }),
      observed: { current: run(running, ours("old")) },
    });
    expect(got.record).toEqual(recorded({ specHash: "old" }));
    expect(got.standing.is).toBe("stale");
  });
});

/** A schedule that was declared is not any more: what is left of it. */
describe("what is left of a schedule", () => {
  const active = seen({ running: [{ workflowId: "nightly-1", runId: "r" }] });
  const ended = (how: "cancel" | "terminate") => ({
    address: { ...address, workflowId: "nightly-1" },
    firstRunId: "r",
    how,
    reason: expect.stringContaining(resourceId),
  });

  function dropped(onDrop: Recorded["onDrop"], recordedSchedule: SeenSchedule | undefined): Plan {
    const last = { ...scheduled, onDrop };
    return plan(resourceId, { is: "absent" }, last, { ...observed(), recordedSchedule }, settings);
  }

  test.each(["cancel", "terminate"] as const)("dropped with %s: paused first, then its runs, then itself", (onDrop) => {
    expect(dropped(onDrop, active)).toMatchObject({
      action: { act: "end", endings: [pause()] },
      record: { ...scheduled, onDrop },
      standing: { is: "ending" },
    });
    expect(dropped(onDrop, { ...active, paused: "ours" })).toEqual({
      action: { act: "end", endings: [ended(onDrop), deletion()] },
      record: undefined,
      standing: { is: "dropped" },
    });
  });

  test("dropped with DO_NOTHING: it goes on", () => {
    expect(dropped("nothing", active)).toEqual({ action: nothing, record: undefined, standing: { is: "dropped" } });
  });

  test.each([
    { title: "gone", left: undefined },
    { title: "somebody else's by now", left: foreign },
  ])("dropped and $title: nothing", ({ left }) => {
    expect(dropped("terminate", left).action).toEqual(nothing);
  });

  test("a refused update does not hide it", () => {
    const refused: Recorded = { ...scheduled, onDrop: "terminate", phase: { is: "refused", reason: "bad" } };
    const got = plan(resourceId, { is: "absent" }, refused, { ...observed(), recordedSchedule: active }, settings);
    expect(got.action).toEqual({ act: "end", endings: [pause()] });
  });

  test("at an id that the resource has moved away from it is deleted, whatever on_drop says", () => {
    const got = planned({
      declared: { address: elsewhere },
      recorded: { ...scheduled, onDrop: "nothing" },
      observed: { recordedSchedule: active },
    });
    expect(got.action).toEqual(write("create", deletion()));
  });

  test("in favour of a workflow at the same id: its runs get its on_drop", () => {
    const last: Recorded = { ...scheduled, onDrop: "terminate" };
    const given = (recordedSchedule: SeenSchedule) => ({ ...observed(), recordedSchedule });
    const first = plan(resourceId, declared(), last, given(active), settings);
    expect(first).toMatchObject({ action: { act: "end", endings: [pause()] }, record: last });
    const second = plan(resourceId, declared(), last, given({ ...active, paused: "ours" }), settings);
    expect(second.action).toEqual(start(undefined, ended("terminate"), deletion()));
  });
});
