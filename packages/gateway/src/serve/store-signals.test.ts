import { credentials, Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import {
  ResourceStoreClient,
  ResourceStoreService,
  type SubscribeRequest,
  type SubscribeResponse,
} from "@protomesh/core/api";
import { firstValueFrom } from "rxjs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { signalOf, storeSignals } from "./store-signals.js";
import type { Signal } from "./stream-continuation.js";

type SubscribeCall = ServerWritableStream<SubscribeRequest, SubscribeResponse>;

/** A store whose subscriptions the test answers by hand. */
let store: Server;
let calls: SubscribeCall[];
let client: ResourceStoreClient;

beforeEach(async () => {
  store = new Server();
  calls = [];
  store.addService(ResourceStoreService, {
    subscribe: (call: SubscribeCall) => {
      calls.push(call);
      call.write({ topic: "", payload: Buffer.alloc(0), gap: false });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    store.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  client = new ResourceStoreClient(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterEach(() => {
  client.close();
  store.forceShutdown();
});

const quiet = { warn: () => undefined };

function send(call: SubscribeCall | undefined, payload: string, gap = false): void {
  call?.write({ topic: call.request.topics[0] ?? "", payload: Buffer.from(payload), gap });
}

test("many listeners of a topic are one subscription, which ends with the last of them", async () => {
  const signals = storeSignals(client, quiet);
  const seen: [string, Signal][] = [];
  const first = signals("t").signals.subscribe((signal) => seen.push(["first", signal]));
  const second = signals("t").signals.subscribe((signal) => seen.push(["second", signal]));
  await expect.poll(() => calls.length).toBe(1);
  send(calls[0], '{"service":"a.B"}');
  const signal = { service: "a.B", method: undefined };
  await expect
    .poll(() => seen)
    .toEqual([
      ["first", signal],
      ["second", signal],
    ]);

  first.unsubscribe();
  expect(calls[0]?.cancelled).toBe(false);
  second.unsubscribe();
  await expect.poll(() => calls[0]?.cancelled).toBe(true);

  const third = signals("t").signals.subscribe((each) => seen.push(["third", each]));
  await expect.poll(() => calls.length).toBe(2);
  third.unsubscribe();
});

test("a subscription that breaks is made anew, and wakes those who listen", async () => {
  const seen: Signal[] = [];
  const subscription = storeSignals(client, quiet)("t").signals.subscribe((signal) => seen.push(signal));
  await expect.poll(() => calls.length).toBe(1);
  calls[0]?.end();
  await expect.poll(() => calls.length).toBe(2);
  await expect.poll(() => seen).toEqual([{}]);
  subscription.unsubscribe();
});

test("a topic stands when the store says so, also for who comes later", async () => {
  const topic = storeSignals(client, quiet)("t");
  let heard = 0;
  const subscription = topic.signals.subscribe(() => heard++);
  await firstValueFrom(topic.stands);
  send(calls[0], "");
  await expect.poll(() => heard).toBe(1);
  await firstValueFrom(topic.stands);
  subscription.unsubscribe();
});

test("a topic stands while the store is away, as all are woken when it is back", async () => {
  store.forceShutdown();
  const topic = storeSignals(client, quiet)("t");
  const subscription = topic.signals.subscribe();
  await expect(firstValueFrom(topic.stands)).resolves.toBe(true);
  subscription.unsubscribe();
});

test("a signal after a gap is for all", async () => {
  const seen: Signal[] = [];
  const subscription = storeSignals(client, quiet)("t").signals.subscribe((signal) => seen.push(signal));
  await expect.poll(() => calls.length).toBe(1);
  send(calls[0], '{"service":"a.B"}', true);
  await expect.poll(() => seen).toEqual([{}]);
  subscription.unsubscribe();
});

test.each<[payload: string, want: Signal]>([
  ["", {}],
  ["anything", {}],
  ["null", {}],
  ['{"service":7}', {}],
  ['{"service":"","method":""}', {}],
  ['{"service":"a.B","method":"C"}', { service: "a.B", method: "C" }],
])("payload %j means %j", (payload, want) => {
  expect(signalOf(Buffer.from(payload))).toEqual(want);
});
