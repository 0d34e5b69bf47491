import { Trigger, Trigger_IDBuilder, Trigger_IfRunningAction, Trigger_OnDropAction } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { specHashOf } from "./spec-hash.js";
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

function hashOf(trigger: Trigger): string {
  const start = startOptionsOf(trigger);
  if (start === undefined) throw new Error("not a JSON array");
  return specHashOf(trigger, start);
}

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

test("the hash of a known trigger never changes: it would restart every workflow", () => {
  expect(hashOf(base)).toBe("U-bPIq9pcQwy9zYbnxcT2uYK6e4bEc8qP_rs1Tbdi4A");
});
