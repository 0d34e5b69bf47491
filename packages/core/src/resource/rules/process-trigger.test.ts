import { expect, test } from "vitest";
import { Trigger, Trigger_IDBuilder } from "../../api.js";
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
  { title: "a cron schedule, which only Temporal can judge", change: { cronSchedule: "@hourly" }, want: [] },
  {
    title: "a memo and search attributes",
    change: { jsonMemo: '{"team": {"a": 1}}', jsonSearchAttributes: '{"K": "a", "N": 1, "B": true, "L": ["a", "b"]}' },
    want: [],
  },
  {
    title: "a memo that claims to be ours, and an attribute that is an object",
    change: { jsonMemo: '{"protomesh.owner": "me"}', jsonSearchAttributes: '{"K": {}}' },
    want: [
      String.raw`spec.trigger.json_memo: "{\"protomesh.owner\": \"me\"}" is not valid; expected a JSON object without keys that begin with protomesh.`,
      String.raw`spec.trigger.json_search_attributes: "{\"K\": {}}" is not valid; expected a JSON object of texts, numbers, booleans and lists of texts`,
    ],
  },
  {
    title: "a memo and search attributes that are lists",
    change: { jsonMemo: "[]", jsonSearchAttributes: "[]" },
    want: [
      'spec.trigger.json_memo: "[]" is not valid; expected a JSON object without keys that begin with protomesh.',
      'spec.trigger.json_search_attributes: "[]" is not valid; expected a JSON object of texts, numbers, booleans and lists of texts',
    ],
  },
  {
    title: "a schedule by cron expressions and an interval",
    change: {
      schedule: { cronExpressions: ["0 3 * * *", "@daily"], interval: { seconds: 60n, nanos: 0 }, offset: second },
    },
    want: [],
  },
  {
    title: "a schedule without times",
    change: { schedule: { interval: { seconds: 0n, nanos: 0 } } },
    want: ["spec.trigger.schedule.cron_expressions: is empty; expected cron expressions or an interval"],
  },
  {
    title: "a schedule beside a cron schedule, with an empty expression",
    change: { cronSchedule: "@daily", schedule: { cronExpressions: ["@hourly", ""] } },
    want: [
      expect.stringMatching(/^spec\.trigger\.schedule: .* is not valid; expected either schedule or cron_schedule$/),
      "spec.trigger.schedule.cron_expressions[1]: is empty; expected a cron expression, such as 0 3 * * *",
    ],
  },
  {
    title: "an interval below a second",
    change: { schedule: { interval: { seconds: 0n, nanos: 1 } } },
    want: ['spec.trigger.schedule.interval: "0.000000001s" is not valid; expected at least 1s'],
  },
  {
    title: "an offset as long as the interval, and negative times",
    change: {
      schedule: {
        interval: second,
        offset: second,
        jitter: { seconds: -1n, nanos: 0 },
        catchUpWindow: { seconds: -2n, nanos: 0 },
      },
    },
    want: [
      'spec.trigger.schedule.offset: "1s" is not valid; expected less than the interval',
      'spec.trigger.schedule.jitter: "-1s" is not valid; expected a duration from 0s to 315576000000s',
      'spec.trigger.schedule.catch_up_window: "-2s" is not valid; expected a duration from 0s to 315576000000s',
    ],
  },
  { title: "a signal on updates", change: { signalOnUpdate: "configure" }, want: [] },
  ...[
    { what: "a cron schedule", change: { cronSchedule: "@daily" } },
    { what: "a schedule", change: { schedule: { cronExpressions: ["@daily"] } } },
    {
      what: "a random id",
      change: { idSuffix: { $case: "idSuffixBuilder", value: Trigger_IDBuilder.RANDOM } as const },
    },
  ].map(({ what, change }) => ({
    title: `a signal on updates with ${what}`,
    change: { signalOnUpdate: "configure", ...change },
    want: [
      'spec.trigger.signal_on_update: "configure" is not valid; expected none with cron_schedule, schedule or ID_BUILDER_RANDOM',
    ],
  })),
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
