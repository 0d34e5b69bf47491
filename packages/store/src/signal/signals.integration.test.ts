import { randomUUID } from "node:crypto";
import { status, type ServiceError } from "@grpc/grpc-js";
import type { SubscribeResponse } from "@protomesh/core/api";
import { test, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { call, failureOf, ready, startStore, violatedFields, type RunningStore } from "../testing/running-store.js";
import { withSession } from "../testing/session.js";

/** Signals are nothing but notifications. */
const notifying = { "store.postgres.notify": true } as const;

let store: RunningStore;
let other: RunningStore;
test.beforeAll(async ({ database }) => {
  [store, other] = [await startStore(database, notifying), await startStore(database, notifying)];
  await Promise.all([ready(store), ready(other)]);
});
test.afterAll(async () => {
  await Promise.all([store.stop(), other.stop()]);
});

let topic: string;
let cancels: (() => void)[] = [];
beforeEach(() => {
  topic = `topic:${randomUUID()}`;
});
afterEach(() => {
  for (const cancel of cancels) cancel();
  cancels = [];
});

async function publish({ client }: RunningStore, to: string, payload: string | Buffer): Promise<void> {
  await call((done) => client.publish({ topic: to, payload: Buffer.from(payload) }, done));
}

/** A subscription, and what it has heard: `TOPIC=PAYLOAD`, `stands` for the first response, `gap` for one. */
function subscribe({ client }: RunningStore, topics: string[]) {
  const heard: string[] = [];
  const stream = client.subscribe({ topics });
  const subscription: { heard: string[]; error: ServiceError | undefined } = { heard, error: undefined };
  stream.on("data", ({ topic: from, payload, gap }: SubscribeResponse) => {
    if (gap) heard.push("gap");
    if (from !== "") heard.push(`${from}=${payload.toString()}`);
    else if (!gap) heard.push("stands");
  });
  stream.on("error", (error: ServiceError) => {
    subscription.error = error;
  });
  cancels.push(() => stream.cancel());
  return subscription;
}

async function standing(from: RunningStore, topics: string[]) {
  const subscription = subscribe(from, topics);
  await until(() => subscription.heard.includes("stands"), "the subscription stands");
  return subscription;
}

test("every subscriber of every store hears each signal once, in the same order", async () => {
  const subscriptions = await Promise.all([store, store, other, other].map(async (from) => standing(from, [topic])));
  for (const [index, from] of [store, other, store, other].entries()) await publish(from, topic, `${index}`);
  await Promise.all(Array.from({ length: 50 }, async () => publish(store, topic, "the same")));
  await publish(other, topic, "last");
  const want = ["stands", ...[0, 1, 2, 3].map((index) => `${topic}=${index}`), ...Array(50).fill(`${topic}=the same`)];
  for (const { heard } of subscriptions) {
    await until(() => heard.at(-1) === `${topic}=last`, "the last signal is heard");
    expect(heard).toEqual([...want, `${topic}=last`]);
  }
});

test("a subscriber hears its topics only, also where it names one twice", async () => {
  const { heard } = await standing(other, [topic, `${topic}/b`, topic]);
  for (const to of [`${topic}/c`, topic, `${topic}/b`]) await publish(store, to, "x");
  await until(() => heard.length === 3, "both topics are heard");
  expect(heard).toEqual(["stands", `${topic}=x`, `${topic}/b=x`]);
});

test("the largest topic and payload come through as they were sent", async () => {
  const longest = topic.padEnd(512, "ü").slice(0, 512 - (512 - topic.length) / 2);
  const stream = other.client.subscribe({ topics: [longest] });
  cancels.push(() => stream.cancel());
  const responses: SubscribeResponse[] = [];
  stream.on("error", () => {});
  stream.on("data", (response: SubscribeResponse) => responses.push(response));
  await until(() => responses.length === 1, "the subscription stands");
  const payload = Buffer.from(Array.from({ length: 4_096 }, (_, index) => index % 256));
  await publish(store, longest, payload);
  await until(() => responses.length === 2, "the signal is heard");
  expect(responses[1]).toEqual({ topic: longest, payload, gap: false });
});

test("after a lost connection a subscriber is told of the gap, and hears what follows", async ({ database }) => {
  const subscriptions = [await standing(store, [topic]), await standing(other, [topic])];
  await withSession(
    database,
    async (sql) => sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'protomesh-store listen'`,
  );
  for (const { heard } of subscriptions) await until(() => heard.includes("gap"), "the gap is told");
  await publish(store, topic, "after");
  for (const { heard } of subscriptions) {
    await until(() => heard.length === 3, "signals are heard again");
    expect(heard).toEqual(["stands", "gap", `${topic}=after`]);
  }
});

test.for<{ title: string; to: string; bytes: number; field: string }>([
  { title: "no topic", to: "", bytes: 0, field: "topic" },
  { title: "a topic above 512 bytes", to: "ü".repeat(257), bytes: 0, field: "topic" },
  { title: "a payload above 4 KiB", to: "t", bytes: 4_097, field: "payload" },
])("$title is refused by name", async ({ to, bytes, field }) => {
  const error = await failureOf(publish(store, to, Buffer.alloc(bytes)));
  expect([error.code, violatedFields(error)]).toEqual([status.INVALID_ARGUMENT, [field]]);
});

test.for([
  { topics: [], field: "topics" },
  { topics: ["t", ""], field: "topics[1]" },
])("a subscription to $topics is refused by name", async ({ topics, field }) => {
  const subscription = subscribe(store, topics);
  const error = await until(() => subscription.error, "the subscription ends");
  expect([error?.code, error && violatedFields(error)]).toEqual([status.INVALID_ARGUMENT, [field]]);
});

test("a store that shuts down sends its subscribers elsewhere", async ({ database }) => {
  const leaving = await startStore(database, notifying);
  await ready(leaving);
  const subscription = await standing(leaving, [topic]);
  await leaving.stop();
  expect(subscription.error?.code).toBe(status.UNAVAILABLE);
});

test("without notifications signals are refused, and the answer says why", async ({ database }) => {
  const silent = await startStore(database, { "store.postgres.notify": false });
  await ready(silent);
  const subscription = subscribe(silent, [topic]);
  await until(() => subscription.error, "the subscription ends");
  const published = await failureOf(publish(silent, topic, "x"));
  for (const error of [subscription.error, published]) {
    expect(error?.code).toBe(status.FAILED_PRECONDITION);
    expect(error?.details).toContain("store.postgres.notify");
  }
  await silent.stop();
});
