import { randomUUID } from "node:crypto";
import {
  Condition_State,
  ResourceStatus,
  type Timestamp,
  type WatchStatusRequest,
  type WatchStatusResponse,
} from "@protomesh/core/api";
import { test, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { call, drop, get, note, put, ready, startStore, type RunningStore } from "../testing/running-store.js";

let store: RunningStore;
let other: RunningStore;
test.beforeAll(async ({ database }) => {
  [store, other] = [
    await startStore(database, { "store.postgres.notify": true }),
    await startStore(database, { "store.postgres.notify": true, "store.postgres.poll.interval": 3_600_000 }),
  ];
  await Promise.all([ready(store), ready(other)]);
});
test.afterAll(async () => {
  await Promise.all([store.stop(), other.stop()]);
});

let namespace: string;
let [a, b] = ["", ""];
let cancels: (() => void)[] = [];
beforeEach(() => {
  namespace = randomUUID();
  [a, b] = [randomUUID(), randomUUID()];
});
afterEach(() => {
  for (const cancel of cancels) cancel();
  cancels = [];
});

function says(resourceId: string, reporter: string, reason: string): ResourceStatus {
  return ResourceStatus.fromPartial({
    resourceId,
    reporter,
    observedIndex: 1n,
    conditions: [{ type: "Programmed", state: Condition_State.TRUE, reason, message: "" }],
    details: { nodes: "3" },
  });
}

async function report(...statuses: ResourceStatus[]): Promise<void> {
  await call((done) => store.client.reportStatus({ namespace, statuses }, done));
}

/** What a watch knows of the statuses: by resource and reporter, the reason. */
function following(request: Partial<WatchStatusRequest> = {}, from: RunningStore = store) {
  const known = new Map<string, string>();
  const responses: WatchStatusResponse[] = [];
  const stream = from.client.watchStatus({ namespace, resourceIds: [], reporters: [], ...request });
  stream.on("error", () => {});
  stream.on("data", (response: WatchStatusResponse) => {
    responses.push(response);
    for (const { resourceId, reporter, conditions } of response.updatedStatuses) {
      known.set(`${resourceId} ${reporter}`, conditions[0]?.reason ?? "");
    }
    for (const { resourceId, reporter } of response.removedStatuses) known.delete(`${resourceId} ${reporter}`);
  });
  cancels.push(() => stream.cancel());
  const knows = async (want: Record<string, string>): Promise<void> => {
    const lines = (entries: Iterable<readonly [string, string]>): string =>
      [...entries]
        .map((entry) => entry.join(" "))
        .sort()
        .join("\n");
    await until(() => lines(known) === lines(Object.entries(want)), "the statuses are known", {
      last: () => JSON.stringify([...known]),
    });
  };
  return { responses, knows };
}

test("statuses are told to who watches: those that are there, and each that changes", async () => {
  await report(says(a, "xds", "Sent"), says(a, "worker", "Started"));
  const watching = following();
  await watching.knows({ [`${a} xds`]: "Sent", [`${a} worker`]: "Started" });
  await report(says(a, "xds", "Acknowledged"), says(b, "xds", "Sent"));
  await watching.knows({ [`${a} xds`]: "Acknowledged", [`${a} worker`]: "Started", [`${b} xds`]: "Sent" });
});

test("a status is kept as it was reported, with when and where", async () => {
  await report({ ...says(a.toUpperCase(), "xds", "Sent"), reportedAt: { seconds: 1n, nanos: 0 } });
  const watching = following();
  await watching.knows({ [`${a} xds`]: "Sent" });
  const [status] = watching.responses.flatMap(({ updatedStatuses }) => updatedStatuses);
  const { reportedAt } = status ?? {};
  expect(status).toEqual({ ...says(a, "xds", "Sent"), namespace, reportedAt });
  expect(Math.abs(Number(reportedAt?.seconds) * 1_000 - Date.now())).toBeLessThan(60_000);
});

test("a status that says nothing is removed", async () => {
  await report(says(a, "xds", "Sent"));
  const watching = following();
  await watching.knows({ [`${a} xds`]: "Sent" });
  await report(
    ResourceStatus.fromPartial({ resourceId: a, reporter: "xds" }),
    ResourceStatus.fromPartial({ resourceId: b, reporter: "xds" }),
  );
  await watching.knows({});
  await following().knows({});
});

test("what says the same as before is not told again, but an instance that says that it is there is", async () => {
  const instance = "00000000-0000-0000-0000-000000000000";
  await report(says(a, "xds/1", "Sent"), says(instance, "xds/1", ""));
  const watching = following();
  await watching.knows({ [`${a} xds/1`]: "Sent", [`${instance} xds/1`]: "" });
  await report(says(a, "xds/1", "Sent"), says(instance, "xds/1", ""));
  await until(() => watching.responses.length > 1, "the instance is told again");
  const [first, second] = watching.responses;
  expect(second?.updatedStatuses.map(({ resourceId }) => resourceId)).toEqual([instance]);
  const before = first?.updatedStatuses.find(({ resourceId }) => resourceId === instance);
  expect(millis(second?.updatedStatuses[0]?.reportedAt)).toBeGreaterThan(millis(before?.reportedAt));
});

test("only of some resources, or only of some reporters", async () => {
  await report(says(a, "xds", "1"), says(b, "xds", "2"), says(b, "worker", "3"));
  const [ofB, ofWorker] = [following({ resourceIds: [b] }), following({ reporters: ["worker"] })];
  await ofB.knows({ [`${b} xds`]: "2", [`${b} worker`]: "3" });
  await ofWorker.knows({ [`${b} worker`]: "3" });
  await report(says(a, "worker", "4"));
  await ofWorker.knows({ [`${b} worker`]: "3", [`${a} worker`]: "4" });
  await ofB.knows({ [`${b} xds`]: "2", [`${b} worker`]: "3" });
});

test("what is reported to one store is told by another, which hears of it long before any poll", async () => {
  const watching = following({}, other);
  await until(() => watching.responses.length > 0, "the watch has begun");
  await report(says(a, "xds", "Sent"));
  await watching.knows({ [`${a} xds`]: "Sent" });
});

test("a status changes no version, and outlives its resource until its reporter takes it back", async () => {
  const { version } = await put(store, note({ namespace, id: a }));
  await report(says(a, "worker", "Started"));
  expect((await get(store, namespace, a)).resource?.version).toEqual({ ...version, createdIndex: 1n });
  await drop(store, namespace, [a]);
  await following().knows({ [`${a} worker`]: "Started" });
});

test("where a list ends, the database's time is told: how long ago something was reported, whatever the clocks here", async () => {
  await report(says(a, "xds", "Sent"));
  const watching = following();
  await watching.knows({ [`${a} xds`]: "Sent" });
  const [first] = watching.responses;
  const ageMs = millis(first?.now) - millis(first?.updatedStatuses[0]?.reportedAt);
  expect(ageMs).toBeGreaterThanOrEqual(0);
  expect(ageMs).toBeLessThan(60_000);
  await report(says(b, "xds", "Sent"));
  await until(() => watching.responses.length > 1, "a second response");
  const later = watching.responses[1];
  expect(millis(later?.now)).toBeGreaterThanOrEqual(millis(first?.now));
});

function millis(timestamp: Timestamp | undefined): number {
  return Number(timestamp?.seconds) * 1_000 + Number(timestamp?.nanos) / 1e6;
}
