import {
  Trigger,
  Trigger_IDBuilder,
  Trigger_IfForeignAction,
  Trigger_IfRunningAction,
  Trigger_OnDropAction,
  Trigger_OverlapPolicy,
} from "@protomesh/core/api";
import { expect, test } from "vitest";
import { scheduleOptionsOf } from "./schedule-options.js";
import { optionsHashOf, specHashOf, type Declaration } from "./spec-hash.js";
import { startOptionsOf } from "./start-options.js";

const base = Trigger.fromPartial({
  name: "Clean",
  taskQueue: "chores",
  idPrefix: "clean-",
  idSuffix: { $case: "exactIdSuffix", value: "eu" },
  cronSchedule: "0 3 * * *",
  executionTimeout: { seconds: 60n },
  runTimeout: { seconds: 30n },
  taskTimeout: { seconds: 10n },
  jsonArguments: '[{"a": 1, "b": 2}]',
  retryPolicy: {
    initialInterval: { seconds: 1n },
    maximumBackoff: { seconds: 9n },
    maximumAttempts: 3,
    nonRetryableErrors: ["Broken"],
  },
});

function declarationOf(trigger: Trigger): Declaration {
  const start = startOptionsOf(trigger);
  if ("field" in start) throw new Error(`${start.field} ${start.description}`);
  return { trigger, start, schedule: scheduleOptionsOf(trigger) };
}

function hashOf(trigger: Trigger): string {
  return specHashOf(declarationOf(trigger));
}

const schedule: NonNullable<Trigger["schedule"]> = {
  cronExpressions: ["0 3 * * *"],
  interval: undefined,
  offset: undefined,
  timeZone: "",
  jitter: undefined,
  overlapPolicy: Trigger_OverlapPolicy.SKIP,
  catchUpWindow: undefined,
  pauseOnFailure: false,
};

test.each<{ what: string; change: Partial<Trigger> }>([
  { what: "workflow type", change: { name: "Sweep" } },
  { what: "task queue", change: { taskQueue: "other" } },
  { what: "id prefix", change: { idPrefix: "sweep-" } },
  { what: "id suffix", change: { idSuffix: { $case: "exactIdSuffix", value: "us" } } },
  { what: "id builder", change: { idSuffix: { $case: "idSuffixBuilder", value: Trigger_IDBuilder.UNIQUE } } },
  { what: "cron schedule", change: { cronSchedule: "" } },
  { what: "execution timeout", change: { executionTimeout: undefined } },
  { what: "run timeout", change: { runTimeout: { seconds: 30n, nanos: 1 } } },
  { what: "task timeout", change: { taskTimeout: { seconds: 11n, nanos: 0 } } },
  { what: "arguments", change: { jsonArguments: '[{"a": 1, "b": 3}]' } },
  { what: "retry policy", change: { retryPolicy: undefined } },
  { what: "memo", change: { jsonMemo: '{"team": "a"}' } },
  { what: "set of search attributes", change: { jsonSearchAttributes: '{"Team": "a"}' } },
  { what: "schedule", change: { schedule } },
])("another $what is another hash", ({ change }) => {
  expect(hashOf({ ...base, ...change })).not.toBe(hashOf(base));
});

test.each<{ what: string; one: Partial<Trigger>; other: Partial<Trigger> }>([
  {
    what: "on_drop",
    one: { onDrop: { $case: "onDropAction", value: Trigger_OnDropAction.ON_DROP_CANCEL } },
    other: { onDrop: { $case: "onDropAction", value: Trigger_OnDropAction.ON_DROP_TERMINATE } },
  },
  {
    what: "if_running",
    one: { ifRunning: { $case: "ifRunningAction", value: Trigger_IfRunningAction.IF_RUNNING_OVERLAP } },
    other: { ifRunning: undefined },
  },
  {
    what: "the white space and key order of the arguments",
    one: { jsonArguments: '[ {"b":2,\n"a":1} ]' },
    other: {},
  },
  { what: "if_foreign", one: { ifForeignAction: Trigger_IfForeignAction.IF_FOREIGN_ADOPT }, other: {} },
  { what: "the signal on updates", one: { signalOnUpdate: "configure" }, other: {} },
  { what: "no memo, spelled", one: { jsonMemo: "{}" }, other: {} },
  { what: "no arguments, spelled", one: { jsonArguments: "[]" }, other: { jsonArguments: "" } },
  { what: "a zero timeout and none", one: { runTimeout: { seconds: 0n, nanos: 0 } }, other: { runTimeout: undefined } },
  {
    what: "ONLY_PREFIX and no suffix",
    one: { idSuffix: { $case: "idSuffixBuilder", value: Trigger_IDBuilder.ONLY_PREFIX } },
    other: { idSuffix: undefined },
  },
])("$what: the same hash", ({ one, other }) => {
  expect(hashOf({ ...base, ...one })).toBe(hashOf({ ...base, ...other }));
});

test.each<{ what: string; change: Partial<Trigger["schedule"]> }>([
  { what: "cron expression", change: { cronExpressions: ["0 4 * * *"] } },
  { what: "interval", change: { interval: { seconds: 60n, nanos: 0 } } },
  { what: "offset", change: { offset: { seconds: 1n, nanos: 0 } } },
  { what: "time zone", change: { timeZone: "Europe/Berlin" } },
  { what: "jitter", change: { jitter: { seconds: 1n, nanos: 0 } } },
  { what: "overlap policy", change: { overlapPolicy: Trigger_OverlapPolicy.ALLOW_ALL } },
  { what: "catch-up window", change: { catchUpWindow: { seconds: 60n, nanos: 0 } } },
  { what: "pause on failure", change: { pauseOnFailure: true } },
])("another $what of a schedule is another hash", ({ change }) => {
  expect(hashOf({ ...base, schedule: { ...schedule, ...change } })).not.toBe(hashOf({ ...base, schedule }));
});

test("without the arguments, only other options make another hash", () => {
  const optionsOf = (change: Partial<Trigger>): string => optionsHashOf(declarationOf({ ...base, ...change }));
  expect(optionsOf({ jsonArguments: "[1]" })).toBe(optionsOf({}));
  expect(optionsOf({ taskQueue: "other" })).not.toBe(optionsOf({}));
});

test("the hash of a known trigger never changes: it would restart every workflow", () => {
  expect(hashOf(base)).toBe("U-bPIq9pcQwy9zYbnxcT2uYK6e4bEc8qP_rs1Tbdi4A");
});
