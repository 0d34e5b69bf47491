import { hostname } from "node:os";
import { status } from "@grpc/grpc-js";
import { processTrigger, temporalPath } from "@protomesh/testing";
import type { temporal } from "@temporalio/proto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { MemoryStore } from "./testing/memory-store.js";
import type { ActivityCall } from "./testing/workflows.js";
import { taskQueue, Trial } from "./testing/trial.js";

let trial: Trial | undefined;
let store: MemoryStore;

beforeEach(async ({ skip }) => {
  temporalPath({ skip });
  if (trial !== undefined) return;
  trial = await Trial.open();
  store = await trial.openStore();
  await trial.startWorker(store);
});

afterAll(async () => trial?.close());

const id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const types = {
  put: "protomesh.services.v1.PutResourceRequest",
  get: "protomesh.services.v1.GetResourceRequest",
};

/** A resource as canonical protobuf JSON writes it: the Any by its `@type`, durations and 64-bit numbers as text. */
const trigger = {
  namespace: "default",
  id,
  name: "nightly",
  spec: {
    "@type": "type.googleapis.com/protomesh.types.v1.Process",
    trigger: {
      name: "greeting",
      taskQueue,
      idPrefix: "by-activity",
      executionTimeout: "90.500s",
      jsonArguments: '["by activity"]',
      onDropAction: "ON_DROP_CANCEL",
    },
  },
};

interface Ended {
  readonly attempts: number;
  readonly answer: { encoding: string; messageType: string | undefined; json: unknown } | undefined;
  readonly failure: temporal.api.failure.v1.IFailure | undefined;
}

/** Has a workflow call an activity, and reads from its history how that ended. */
async function called(call: ActivityCall): Promise<Ended> {
  if (trial === undefined) throw new Error("no trial");
  const { workflow } = trial.client;
  const handle = await workflow.start("caller", { taskQueue, workflowId: `caller-${performance.now()}`, args: [call] });
  await handle.result().catch(() => undefined);
  const { events } = await handle.fetchHistory();
  const started = events?.findLast((event) => event.activityTaskStartedEventAttributes != null);
  const completed = events?.find((event) => event.activityTaskCompletedEventAttributes != null);
  const failed = events?.find((event) => event.activityTaskFailedEventAttributes != null);
  const payload = completed?.activityTaskCompletedEventAttributes?.result?.payloads?.[0];
  return {
    attempts: started?.activityTaskStartedEventAttributes?.attempt ?? 0,
    answer: payload && {
      encoding: textOf(payload.metadata?.["encoding"]) ?? "",
      messageType: textOf(payload.metadata?.["messageType"]),
      json: JSON.parse(textOf(payload.data) ?? ""),
    },
    failure: failed?.activityTaskFailedEventAttributes?.failure ?? undefined,
  };
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes == null ? undefined : Buffer.from(bytes).toString();
}

test("Put, Get and Drop carry canonical protobuf JSON both ways, in json/protobuf", async () => {
  const put = await called({
    activity: "ResourceStore_Put",
    encoding: "json/protobuf",
    messageType: types.put,
    text: JSON.stringify({ resource: trigger }),
  });
  expect(put.answer).toMatchObject({
    encoding: "json/protobuf",
    messageType: "protomesh.services.v1.PutResourceResponse",
    json: { version: { index: "1", sha256Hash: expect.any(String) }, history: "memory" },
  });
  const get = await called({
    activity: "ResourceStore_Get",
    encoding: "json/protobuf",
    messageType: types.get,
    text: JSON.stringify({ namespace: "default", resourceId: id }),
  });
  expect(get.answer?.json).toMatchObject({ resource: trigger });

  const drop = await called({
    activity: "ResourceStore_Drop",
    encoding: "json/protobuf",
    messageType: "protomesh.services.v1.DropResourcesRequest",
    text: JSON.stringify({ namespace: "default", resourceIds: [id] }),
  });
  expect(drop.answer).toMatchObject({
    messageType: "protomesh.services.v1.DropResourcesResponse",
    json: { revision: "2", droppedIds: [id] },
  });

  const author = `worker/${hostname()}`;
  expect(store.authors, "who writes is told with what writes").toEqual([
    ["put", author],
    ["drop", author],
  ]);
});

test("json/plain is answered in json/plain, and snake_case names are read", async () => {
  store.put(processTrigger({ name: "plain", id: "00000000-0000-4000-8000-000000000001", spec: { taskQueue } }));
  const { answer } = await called({
    activity: "ResourceStore_Get",
    encoding: "json/plain",
    text: JSON.stringify({ namespace: "default", resource_id: "00000000-0000-4000-8000-000000000001" }),
  });
  expect(answer).toMatchObject({
    encoding: "json/plain",
    messageType: undefined,
    json: { resource: { name: "plain", spec: { "@type": "type.googleapis.com/protomesh.types.v1.Process" } } },
  });
});

test("json/protobuf without a message type is read all the same", async () => {
  const { answer } = await called({
    activity: "ResourceStore_Get",
    encoding: "json/protobuf",
    text: JSON.stringify({ namespace: "default", resourceId: "00000000-0000-4000-8000-000000000001" }),
  });
  expect(answer).toMatchObject({ encoding: "json/protobuf", messageType: "protomesh.services.v1.GetResourceResponse" });
});

describe("is not repeated", () => {
  test.each<{ title: string; call: Partial<ActivityCall>; type: string; message: string }>([
    {
      title: "text that is not JSON",
      call: { text: "{" },
      type: "INVALID_ARGUMENT",
      message: "expected JSON",
    },
    {
      title: "a field that the message does not have",
      call: { text: '{"resourceID": "x"}' },
      type: "INVALID_ARGUMENT",
      message: "did you mean resourceId?",
    },
    {
      title: "another message",
      call: { messageType: types.put },
      type: "INVALID_ARGUMENT",
      message: `expected a ${types.get}; got a ${types.put}`,
    },
    {
      title: "an encoding that is not JSON",
      call: { encoding: "binary/protobuf" },
      type: "INVALID_ARGUMENT",
      message: "got binary/protobuf",
    },
    {
      title: "a resource that is not there",
      call: { text: JSON.stringify({ namespace: "default", resourceId: "nobody" }) },
      type: "NOT_FOUND",
      message: "no resource nobody",
    },
  ])("$title", async ({ call, type, message }) => {
    const ended = await called({
      activity: "ResourceStore_Get",
      encoding: "json/protobuf",
      messageType: types.get,
      text: "{}",
      ...call,
    });
    expect(ended).toMatchObject({
      attempts: 1,
      failure: { message: expect.stringContaining(message), applicationFailureInfo: { type, nonRetryable: true } },
    });
  });

  test.each([status.FAILED_PRECONDITION, status.ABORTED])("the store's code %s", async (code) => {
    store.fault = (method) => (method === "get" ? code : undefined);
    const ended = await called({ activity: "ResourceStore_Get", encoding: "json/plain", text: "{}" });
    store.fault = () => undefined;
    expect(ended).toMatchObject({
      attempts: 1,
      failure: { applicationFailureInfo: { type: status[code], nonRetryable: true } },
    });
  });
});

test("a store that is away is tried again, and a write is then carried out under one request id", async () => {
  const before = store.puts.length;
  store.fault = (method) => (method === "put" && store.puts.length < before + 3 ? status.UNAVAILABLE : undefined);
  const ended = await called({
    activity: "ResourceStore_Put",
    encoding: "json/plain",
    text: JSON.stringify({ resource: trigger }),
  });
  store.fault = () => undefined;
  expect(ended.attempts).toBe(3);
  expect(ended.answer).toBeDefined();
  const requestIds = store.puts.slice(before).map(({ requestId }) => requestId);
  expect(requestIds).toEqual([requestIds[0], requestIds[0], requestIds[0]]);
  expect(requestIds[0]).not.toBe("");
});
