import { fails, holds, statusOf } from "@protomesh/core";
import { expect, test } from "vitest";
import { address, declared, ours, recorded, resourceId, settings } from "../testing/planning.js";
import type { DeclaredTrigger } from "./declared.js";
import type { Mark } from "./observed.js";
import type { Recorded } from "./recorded.js";
import { isAsItShouldBe } from "./sightings.js";

interface Case {
  readonly title: string;
  readonly declared?: Partial<DeclaredTrigger>;
  readonly recorded?: Partial<Recorded>;
  readonly index?: bigint;
  readonly started?: boolean;
  readonly mark?: Mark;
  readonly want: boolean;
}

const completed: Recorded["phase"] = { is: "closed", firstRunId: "first", outcome: "completed", closedAt: 1 };
const failed: Recorded["phase"] = { ...completed, outcome: "failed" };

test.each<Case>([
  { title: "runs, and was sighted", mark: ours("new"), want: true },
  { title: "runs, and was not sighted", want: false },
  { title: "runs, and another version was sighted", mark: ours("old"), want: false },
  { title: "runs, and another owner's was sighted", mark: { ...ours("new"), owner: "staging" }, want: false },
  { title: "was told of this version, and was started for another", mark: ours("old"), want: false },
  { title: "only intended", recorded: { phase: { is: "intended" } }, mark: ours("new"), want: false },
  { title: "recorded for another version", recorded: { specHash: "old" }, mark: ours("new"), want: false },
  {
    title: "recorded elsewhere",
    recorded: { address: { ...address, workflowId: "other" } },
    mark: ours("new"),
    want: false,
  },
  { title: "another on_drop by now", declared: { onDrop: "terminate" }, mark: ours("new"), want: false },
  { title: "another version of the resource by now", index: 6n, mark: ours("new"), want: false },
  { title: "said not to be started", started: false, mark: ours("new"), want: false },
  { title: "done", recorded: { phase: completed }, want: true },
  { title: "failed, to be started again", recorded: { phase: failed }, want: false },
  { title: "failed under OVERLAP: done", declared: { ifRunning: "overlap" }, recorded: { phase: failed }, want: true },
])("$title: $want", ({ declared: overrides, recorded: last, index = 7n, started = true, mark, want }) => {
  const statement = started ? holds("Started", "Running", "") : fails("Started", "Failing", "");
  const place = { namespace: "default", resourceId, reporter: "worker" };
  const said = { status: statusOf(place, { index, statements: [statement] }, undefined, 0), recorded: recorded(last) };
  const sightings = new Map([["default", new Map(mark === undefined ? [] : [["nightly", mark]])]]);
  expect(isAsItShouldBe(declared(overrides), said, sightings, settings)).toBe(want);
});
