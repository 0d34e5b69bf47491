import { expect, test } from "vitest";
import { Trigger } from "../../api.js";
import { typeUrlOf } from "../kind.js";
import { told, toldOf } from "./told.js";

const second = { seconds: 1n, nanos: 0 };

test.each<{ title: string; change: Parameters<typeof Trigger.fromPartial>[0]; want: string[] }>([
  { title: "a workflow type is enough", change: {}, want: [] },
  {
    title: "zeros everywhere",
    change: { retryPolicy: { maximumAttempts: 0, maximumBackoff: { seconds: 0n, nanos: 0 } } },
    want: [],
  },
  { title: "an empty array of arguments", change: { jsonArguments: " [ ] " }, want: [] },
  {
    title: "no workflow type",
    change: { name: "" },
    want: ["spec.trigger.name: is empty; expected the workflow's type"],
  },
  {
    title: "arguments that are an object",
    change: { jsonArguments: '{"a":1}' },
    want: [
      String.raw`spec.trigger.json_arguments: "{\"a\":1}" is not valid; expected a JSON array, such as [1, "two"]`,
    ],
  },
  {
    title: "arguments that are no JSON",
    change: { jsonArguments: "[1,]" },
    want: ['spec.trigger.json_arguments: "[1,]" is not valid; expected a JSON array, such as [1, "two"]'],
  },
  {
    title: "negative times and attempts",
    change: {
      executionTimeout: { seconds: -1n, nanos: 0 },
      runTimeout: { seconds: -2n, nanos: 0 },
      taskTimeout: { seconds: -3n, nanos: 0 },
      retryPolicy: {
        initialInterval: { seconds: -4n, nanos: 0 },
        maximumBackoff: { seconds: -5n, nanos: 0 },
        maximumAttempts: -6,
      },
    },
    want: [
      'spec.trigger.execution_timeout: "-1s" is not valid; expected a duration from 0s to 315576000000s',
      'spec.trigger.run_timeout: "-2s" is not valid; expected a duration from 0s to 315576000000s',
      'spec.trigger.task_timeout: "-3s" is not valid; expected a duration from 0s to 315576000000s',
      'spec.trigger.retry_policy.initial_interval: "-4s" is not valid; expected a duration from 0s to 315576000000s',
      'spec.trigger.retry_policy.maximum_backoff: "-5s" is not valid; expected a duration from 0s to 315576000000s',
      "spec.trigger.retry_policy.maximum_attempts: -6 is not valid; expected 0 or more",
    ],
  },
  {
    title: "a greatest backoff below the first one",
    change: { retryPolicy: { initialInterval: second, maximumBackoff: { seconds: 0n, nanos: 5 } } },
    want: [
      'spec.trigger.retry_policy.maximum_backoff: "0.000000005s" is not valid; expected no less than initial_interval',
    ],
  },
  { title: "equal backoffs", change: { retryPolicy: { initialInterval: second, maximumBackoff: second } }, want: [] },
  { title: "a schedule, which only Temporal can judge", change: { cronSchedule: "@hourly" }, want: [] },
])("process_trigger: $title", ({ change, want }) => {
  expect(told({ kind: "process_trigger", value: Trigger.fromPartial({ name: "Greeting", ...change }) })).toEqual(want);
});

test("process_trigger: actions and builders of a later version", () => {
  const value = Buffer.from("0a090a0147286330636863", "hex");
  expect(toldOf({ typeUrl: typeUrlOf("protomesh.types.v1.Process"), value })).toEqual([
    'spec.trigger.id_suffix_builder: "UNRECOGNIZED" is not valid; expected one of ID_BUILDER_ONLY_PREFIX, ID_BUILDER_RANDOM, ID_BUILDER_UNIQUE',
    'spec.trigger.if_running_action: "UNRECOGNIZED" is not valid; expected one of IF_RUNNING_ABORT, IF_RUNNING_OVERLAP',
    'spec.trigger.on_drop_action: "UNRECOGNIZED" is not valid; expected one of ON_DROP_DO_NOTHING, ON_DROP_CANCEL, ON_DROP_TERMINATE',
  ]);
});
