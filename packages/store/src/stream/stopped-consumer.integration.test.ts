import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type ClientHttp2Stream } from "node:http2";
import { WatchResourcesRequest, WatchResourcesResponse } from "@protomesh/core/api";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { delivered, note, put, ready, startStore, watch } from "../testing/running-store.js";

/** A watch by bare HTTP/2 whose responses nobody reads: a paused grpc-js client would read on. */
async function watchWithoutReading(
  address: string,
  namespace: string,
): Promise<{ stream: ClientHttp2Stream; close: () => void }> {
  const session = connect(`http://${address}`);
  const stream = session.request({
    ":method": "POST",
    ":path": "/protomesh.services.v1.ResourceStore/Watch",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.pause();
  const message = WatchResourcesRequest.encode(WatchResourcesRequest.fromPartial({ namespace })).finish();
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
  await once(stream, "response");
  return { stream, close: () => session.destroy() };
}

/** The whole messages at the beginning of what a gRPC stream has brought. */
function messagesIn(bytes: Buffer): WatchResourcesResponse[] {
  const messages: WatchResourcesResponse[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    messages.push(WatchResourcesResponse.decode(bytes.subarray(at + 5, end)));
    at = end;
  }
  return messages;
}

test("a consumer that stops reading costs no memory and holds up nobody", async ({ database }) => {
  const namespace = randomUUID();
  const store = await startStore(database, { "store.limits.ring": 1_000_000 });
  await ready(store);
  const stopped = await Promise.all(
    Array.from({ length: 20 }, async () => watchWithoutReading(store.address, namespace)),
  );
  const reader = watch(store, { namespace });
  await delivered(reader, 0n);

  // 20 stopped consumers of 40 MB each would be 800 MB in queues.
  const text = "x".repeat(200_000);
  const before = process.memoryUsage().arrayBuffers;
  const total = 200n;
  for (let index = 0n; index < total; index++) await put(store, note({ namespace, id: randomUUID(), text }));
  await delivered(reader, total);
  reader.responses.length = 0;
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150_000_000);

  for (const { close } of stopped) close();
  reader.stream.cancel();
  await store.stop();
});

test("a consumer that reads again after a while gets everything in order", async ({ database }) => {
  const namespace = randomUUID();
  const store = await startStore(database, { "store.limits.ring": 500_000 });
  await ready(store);
  const late = await watchWithoutReading(store.address, namespace);
  const text = "x".repeat(100_000);
  const total = 60;
  for (let index = 0; index < total; index++)
    await put(store, note({ namespace, id: randomUUID(), name: `n${index}`, text }));
  const received: Buffer[] = [];
  late.stream.on("data", (chunk: Buffer) => received.push(chunk));
  late.stream.resume();
  const indexes = (): bigint[] =>
    messagesIn(Buffer.concat(received))
      .flatMap(({ updatedResources }) => updatedResources)
      .map(({ version }) => version?.index ?? 0n);
  await until(() => indexes().length >= total, "all have arrived");
  expect(indexes()).toEqual(Array.from({ length: total }, (_, index) => BigInt(index + 1)));
  late.close();
  await store.stop();
});
