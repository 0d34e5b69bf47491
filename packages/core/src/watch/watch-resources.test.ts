import { Server, ServerCredentials, credentials, status, type ServerWritableStream } from "@grpc/grpc-js";
import { firstValueFrom, ReplaySubject, type Subscription } from "rxjs";
import { filter, take, toArray } from "rxjs/operators";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ResourceStoreClient, ResourceStoreService, WatchResourcesResponse } from "../api.js";
import type { Resource, WatchResourcesRequest } from "../api.js";
import type { WatchBatch } from "./watch-batch.js";
import { watchResources, type ConnectionState } from "./watch-resources.js";

type WatchCall = ServerWritableStream<WatchResourcesRequest, WatchResourcesResponse>;

const backoff = { initialMs: 1, maximumMs: 1 };
const ids = { a: "00000000-0000-4000-8000-00000000000a", b: "00000000-0000-4000-8000-00000000000b" };

/** A gRPC server whose watches the test answers by hand. */
let server: Server;
let client: ResourceStoreClient;
let calls: ReplaySubject<WatchCall>;
let batches: ReplaySubject<WatchBatch>;
let states: ReplaySubject<ConnectionState>;
let subscription: Subscription;

beforeEach(async () => {
  calls = new ReplaySubject();
  batches = new ReplaySubject();
  states = new ReplaySubject();
  server = new Server();
  server.addService(ResourceStoreService, { watch: (call: WatchCall) => calls.next(call) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  client = new ResourceStoreClient(`127.0.0.1:${port}`, credentials.createInsecure());
  subscription = watchResources(client, "default", { backoff, onConnection: (state) => states.next(state) }).subscribe(
    batches,
  );
});

afterEach(() => {
  subscription.unsubscribe();
  client.close();
  server.forceShutdown();
});

test("the state in pages is one batch, marked reset; then each group of changes is one", async () => {
  const call = await nth(calls, 1);
  call.write(response({ updatedResources: [resource(ids.a)] }));
  call.write(response({ updatedResources: [resource(ids.b)] }));
  call.write(response({ endOfList: true, revision: 7n }));
  call.write(response({ updatedResources: [resource(ids.a, "renamed")] }));
  call.write(response({ droppedResources: [resource(ids.b)], endOfList: true, revision: 9n }));
  call.write(response({ endOfList: true, revision: 9n }));

  expect((await all(batches, 3)).map(summary)).toEqual([
    { reset: true, revision: 7n, updated: [ids.a, ids.b], dropped: [] },
    { reset: false, revision: 9n, updated: [ids.a], dropped: [ids.b] },
    { reset: false, revision: 9n, updated: [], dropped: [] },
  ]);
});

test("a list that breaks off is never seen, and begins again", async () => {
  const first = await nth(calls, 1);
  first.write(response({ updatedResources: [resource(ids.a)] }));
  first.emit("error", { code: status.UNAVAILABLE, details: "going away" });
  const second = await nth(calls, 2);
  expect(second.request).toMatchObject({ resumeRevision: undefined });
  second.write(response({ updatedResources: [resource(ids.b)], endOfList: true, revision: 3n }));
  expect(summary(await nth(batches, 1))).toEqual({ reset: true, revision: 3n, updated: [ids.b], dropped: [] });
});

test("after an interruption it resumes from the last complete batch", async () => {
  const first = await nth(calls, 1);
  first.write(response({ updatedResources: [resource(ids.a)], endOfList: true, revision: 7n }));
  first.write(response({ updatedResources: [resource(ids.b)], revision: 8n }));
  await nth(batches, 1);
  first.end();
  const second = await nth(calls, 2);
  expect(second.request).toMatchObject({ resumeRevision: 7n, resumeHistory: "h1" });
  second.write(response({ updatedResources: [resource(ids.b)], endOfList: true, revision: 8n }));
  expect(summary(await nth(batches, 2))).toEqual({ reset: false, revision: 8n, updated: [ids.b], dropped: [] });
});

test.each([
  { title: "compacted", code: status.OUT_OF_RANGE },
  { title: "beyond the head", code: status.FAILED_PRECONDITION },
])("a place that the store does not have ($title) leads to a new list", async ({ code }) => {
  const first = await nth(calls, 1);
  first.write(response({ updatedResources: [resource(ids.a)], endOfList: true, revision: 7n }));
  await nth(batches, 1);
  first.end();
  (await nth(calls, 2)).emit("error", { code, details: "gone" });
  const third = await nth(calls, 3);
  expect(third.request).toMatchObject({ resumeRevision: undefined, resumeHistory: "" });
  third.write(response({ endOfList: true, revision: 2n, history: "h2" }));
  expect(summary(await nth(batches, 2))).toEqual({ reset: true, revision: 2n, updated: [], dropped: [] });
});

test("the connection's state is told: connecting, live, interrupted and since when, live again", async () => {
  const first = await nth(calls, 1);
  first.write(response({ endOfList: true, revision: 1n }));
  await nth(batches, 1);
  first.end();
  (await nth(calls, 2)).end();
  (await nth(calls, 3)).write(response({ endOfList: true, revision: 1n }));
  const told = await all(states, 7);
  expect(told.map(({ state }) => state)).toEqual([
    "connecting",
    "live",
    "interrupted",
    "connecting",
    "interrupted",
    "connecting",
    "live",
  ]);
  const interrupted = told.filter((state) => state.state === "interrupted");
  expect(interrupted[1]).toMatchObject({
    since: interrupted[0]?.since,
    reason: "UNAVAILABLE: the store ended the stream",
  });
});

test("unsubscribing cancels the call", async () => {
  const call = await nth(calls, 1);
  const cancelled = new Promise<string>((resolve) => call.once("cancelled", () => resolve("cancelled")));
  subscription.unsubscribe();
  expect(await cancelled).toBe("cancelled");
});

test("a store that knows no revisions is listed again after an interruption", async () => {
  const first = await nth(calls, 1);
  first.write(response({ updatedResources: [resource(ids.a)], endOfList: true, history: "" }));
  await nth(batches, 1);
  first.end();
  expect((await nth(calls, 2)).request).toMatchObject({ resumeRevision: undefined });
});

function response(fields: Partial<WatchResourcesResponse>): WatchResourcesResponse {
  return { ...WatchResourcesResponse.fromPartial({}), history: "h1", ...fields };
}

function resource(id: string, name = "example"): Resource {
  return {
    namespace: "default",
    id,
    name,
    spec: { typeUrl: "example/type", value: Buffer.alloc(0) },
    version: undefined,
  };
}

function summary({ reset, revision, updated, dropped }: WatchBatch) {
  return { reset, revision, updated: updated.map(({ id }) => id), dropped: dropped.map(({ id }) => id) };
}

async function nth<T>(values: ReplaySubject<T>, n: number): Promise<T> {
  return firstValueFrom(values.pipe(filter((_, index) => index === n - 1)));
}

async function all<T>(values: ReplaySubject<T>, n: number): Promise<T[]> {
  return firstValueFrom(values.pipe(take(n), toArray()));
}
