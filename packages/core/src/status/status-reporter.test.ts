import {
  credentials,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ResourceStoreClient, ResourceStoreService } from "../api.js";
import type {
  ReportStatusRequest,
  ReportStatusResponse,
  ResourceStatus,
  WatchStatusRequest,
  WatchStatusResponse,
} from "../api.js";
import { instanceResourceId } from "./instance.js";
import type { StatusReport } from "./resource-status.js";
import { fails, holds } from "./statement.js";
import { StatusReporter } from "./status-reporter.js";

const [a, b] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];

/** A store as far as a reporter sees it. */
let server: Server;
let client: ResourceStoreClient;
let kept: Map<string, ResourceStatus>;
let requests: ReportStatusRequest[];
let refusals: number;
let reporter: StatusReporter;

beforeEach(async () => {
  kept = new Map();
  requests = [];
  refusals = 0;
  server = new Server();
  server.addService(ResourceStoreService, {
    watchStatus: (call: ServerWritableStream<WatchStatusRequest, WatchStatusResponse>) => {
      call.write({ updatedStatuses: [...kept.values()], removedStatuses: [], endOfList: true, now: undefined });
    },
    reportStatus: (
      { request }: ServerUnaryCall<ReportStatusRequest, ReportStatusResponse>,
      answer: sendUnaryData<ReportStatusResponse>,
    ) => {
      requests.push(request);
      if (refusals-- > 0) return answer({ code: status.UNAVAILABLE, details: "the database is away" });
      for (const said of request.statuses) {
        if (said.conditions.length + Object.keys(said.details).length === 0) kept.delete(said.resourceId);
        else kept.set(said.resourceId, said);
      }
      answer(null, {});
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  client = new ResourceStoreClient(`127.0.0.1:${port}`, credentials.createInsecure());
  reporter = reporterOf();
});

afterEach(async () => {
  await reporter.close();
  client.close();
  server.forceShutdown();
});

function reporterOf(options: { readonly windowMs?: number; readonly resyncMs?: number } = {}): StatusReporter {
  const backoff = { initialMs: 1, maximumMs: 1 };
  const log = pino({ level: "silent" });
  return new StatusReporter({ client, namespace: "default", reporter: "xds/a", log, backoff, windowMs: 1, ...options });
}

function live(index: bigint): StatusReport {
  return { index, statements: [holds("Programmed", "AllNodes", "on 1 of 1 nodes")], details: { nodes: "1" } };
}

function rejected(index: bigint): StatusReport {
  return { index, statements: [fails("Programmed", "Rejected", "edge-1: no")] };
}

async function settled(): Promise<void> {
  await expect.poll(() => reporter.describe().waiting).toBe(0);
}

test("what is said is kept, with the reporter's name, the version spoken of and the details", async () => {
  reporter.say(a, live(7n));
  await settled();
  expect(kept.get(a)).toMatchObject({
    namespace: "default",
    reporter: "xds/a",
    observedIndex: 7n,
    conditions: [{ type: "Programmed", state: "STATE_TRUE", reason: "AllNodes", message: "on 1 of 1 nodes" }],
    details: { nodes: "1" },
  });
});

test("what is said at once goes in one request, and the same said again in none", async () => {
  for (const id of [a, b]) reporter.say(id, live(7n));
  await settled();
  for (const id of [a, b]) reporter.say(id, live(7n));
  await settled();
  expect(requests.map(({ statuses }) => statuses.length)).toEqual([2]);
});

test("of what is said while a request is under way, the last word goes with the next", async () => {
  reporter.say(a, live(1n));
  await expect.poll(() => requests.length).toBe(1);
  for (let index = 2n; index <= 1_000n; index++) reporter.say(a, live(index));
  await expect.poll(() => kept.get(a)?.observedIndex).toBe(1_000n);
  expect(requests.length).toBeLessThanOrEqual(3);
});

test("a request carries 500 statuses at most", async () => {
  const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  for (let n = 0; n < 1_200; n++) reporter.say(id(n), live(1n));
  await settled();
  expect(requests.map(({ statuses }) => statuses.length)).toEqual([500, 500, 200]);
});

test("a statement that already held keeps the time since which it holds; one that changed has a new one", async () => {
  reporter.say(a, live(1n));
  await settled();
  const since = kept.get(a)?.conditions[0]?.lastTransition;
  reporter.say(a, live(2n));
  await settled();
  expect(kept.get(a)?.conditions[0]?.lastTransition).toEqual(since);
  expect(since).toBeDefined();
});

test("nothing said of a resource any more: its status goes", async () => {
  reporter.say(a, live(1n));
  await settled();
  reporter.say(a, undefined);
  await settled();
  expect(kept.has(a)).toBe(false);
});

test("a restart writes what differs, and removes the rest only when everything has been said", async () => {
  for (const id of [a, b]) reporter.say(id, live(1n));
  await settled();
  await reporter.close();
  requests.length = 0;

  reporter = reporterOf();
  reporter.say(a, live(1n));
  await settled();
  expect(requests).toEqual([]);
  expect(kept.has(b)).toBe(true);
  reporter.complete();
  await expect.poll(() => kept.has(b)).toBe(false);
  expect(requests.map(({ statuses }) => statuses.map(({ resourceId }) => resourceId))).toEqual([[b]]);
});

test("a store that refuses is asked until it takes it", async () => {
  refusals = Infinity;
  reporter.say(a, live(1n));
  await expect.poll(() => reporter.describe().failure).toBe("UNAVAILABLE: the database is away");
  reporter.say(a, rejected(1n));
  refusals = 0;
  await settled();
  expect(kept.get(a)?.conditions[0]?.reason).toBe("Rejected");
  await expect.poll(() => reporter.describe().failure).toBeUndefined();
});

test("what the store has lost is written again at the next look", async () => {
  reporter = reporterOf({ resyncMs: 20 });
  reporter.say(a, live(1n));
  await settled();
  kept.clear();
  await expect.poll(() => kept.has(a)).toBe(true);
});

test("an instance says that it lives, and when it ends, that it does no more", async () => {
  reporter.instance(9n, { nodes: "3" });
  await settled();
  expect(kept.get(instanceResourceId)).toMatchObject({ observedIndex: 9n, details: { nodes: "3" } });
  await reporter.close();
  expect(kept.has(instanceResourceId)).toBe(false);
});
