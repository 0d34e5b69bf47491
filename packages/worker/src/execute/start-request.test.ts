import { declaredResourceOf } from "@protomesh/core";
import { processTrigger } from "@protomesh/testing";
import protos from "@temporalio/proto";
import { expect, test } from "vitest";
import { declaredOf } from "../plan/declared.js";
import { startRequestOf } from "./start-request.js";

const { StartWorkflowExecutionRequest } = protos.temporal.api.workflowservice.v1;

type Spec = NonNullable<Parameters<typeof processTrigger>[0]>["spec"];

/** The request as its JSON, without what is the same for all. */
function requestOf(spec: Spec): Record<string, unknown> {
  const trigger = declaredOf(declaredResourceOf(processTrigger({ name: "clean", ...(spec && { spec }) })), "default");
  if (trigger.is !== "trigger") throw new Error(`the trigger is ${trigger.is}`);
  const request = startRequestOf({ trigger, requestId: "request", owner: "protomesh", identity: "me" });
  const { memo: _memo, ...rest } = StartWorkflowExecutionRequest.fromObject(request).toJSON();
  return rest;
}

const least = {
  namespace: "default",
  workflowId: "clean",
  requestId: "request",
  identity: "me",
  workflowType: { name: "clean" },
  taskQueue: { name: "tests" },
  input: {},
  workflowIdReusePolicy: "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE",
  workflowIdConflictPolicy: "WORKFLOW_ID_CONFLICT_POLICY_FAIL",
};

test("what is not declared is left out, and an open run is never replaced by a start", () => {
  expect(requestOf({})).toEqual(least);
});

test("zero timeouts, intervals and attempts are left out", () => {
  const zero = { seconds: 0n, nanos: 0 };
  const spec = {
    executionTimeout: zero,
    runTimeout: zero,
    taskTimeout: zero,
    retryPolicy: { initialInterval: zero, maximumBackoff: zero, maximumAttempts: 0 },
  };
  expect(requestOf(spec)).toEqual({ ...least, retryPolicy: {} });
});

test("everything that is declared is in it", () => {
  const spec: Spec = {
    idSuffix: { $case: "exactIdSuffix", value: "-eu" },
    cronSchedule: "0 3 * * *",
    executionTimeout: { seconds: 90n, nanos: 500_000_000 },
    runTimeout: { seconds: 60n, nanos: 0 },
    taskTimeout: { seconds: 5n, nanos: 0 },
    jsonArguments: '[9007199254740993, {"b": 1, "a": "ä"}]',
    retryPolicy: {
      initialInterval: { seconds: 1n, nanos: 0 },
      maximumBackoff: { seconds: 9n, nanos: 0 },
      maximumAttempts: 3,
      nonRetryableErrors: ["Broken"],
    },
  };
  const payload = (text: string) => ({
    metadata: { encoding: Buffer.from("json/plain").toString("base64") },
    data: Buffer.from(text).toString("base64"),
  });
  expect(requestOf(spec)).toEqual({
    ...least,
    workflowId: "clean-eu",
    cronSchedule: "0 3 * * *",
    workflowExecutionTimeout: { seconds: "90", nanos: 500_000_000 },
    workflowRunTimeout: { seconds: "60" },
    workflowTaskTimeout: { seconds: "5" },
    input: { payloads: [payload("9007199254740993"), payload('{"a":"ä","b":1}')] },
    retryPolicy: {
      initialInterval: { seconds: "1" },
      maximumInterval: { seconds: "9" },
      maximumAttempts: 3,
      nonRetryableErrorTypes: ["Broken"],
    },
  });
});
