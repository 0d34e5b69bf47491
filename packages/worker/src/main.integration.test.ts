import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createSecureServer, type Http2SecureServer, type IncomingHttpHeaders } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import protos from "@temporalio/proto";
import { processTrigger, testServerCertificate, until } from "@protomesh/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";

const opened = sharedTrial({ namespaces: ["other"] });

describe("the instance record", () => {
  test("tells the revision and Temporal's state under the instance's name, and goes with the instance", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const worker = await trial.startWorker(store, { "worker.instance.name": "one" });
    store.put(processTrigger({ name: "recorded" }));
    await until(() => store.instances.get("worker/one")?.observedIndex === 1n, "the record has the revision");
    await until(
      () => store.instances.get("worker/one")?.details["temporal"] === "there",
      "Temporal is said to be there",
    );
    await worker.stop();
    expect([...store.instances.keys()]).toEqual([]);
  });
});

describe("activities", () => {
  test("are served on every task queue in every namespace that is set", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const worker = await trial.startWorker(store, {
      "worker.service.worker.task.queue": ["one", "two"],
      "worker.service.activity.namespaces": ["default", "other"],
    });
    const parts = worker.readiness().parts;
    for (const place of ["default/one", "default/two", "other/one", "other/two"]) {
      expect(parts[`activities on ${place}`]).toBe("ready");
      const [namespace = "", name = ""] = place.split("/");
      const taskQueueType = protos.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;
      const request = { namespace, taskQueue: { name }, taskQueueType };
      const polling = async () => trial.connection.workflowService.describeTaskQueue(request);
      await until(async () => (await polling()).pollers.length > 0, `${place} is polled`);
    }
  });

  test("under way when the drain begins come to their end, and no new one begins", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const resource = store.put(processTrigger({ name: "read" }));
    const release = store.hold("get");
    const worker = await trial.startWorker(store, { "http.server.shutdown.timeout": 20_000 });
    const text = JSON.stringify({ namespace: "default", resourceId: resource.id });
    const call = { activity: "ResourceStore_Get", encoding: "json/plain", text, maximumAttempts: 1 };
    const handle = await trial.client.workflow.start("caller", {
      taskQueue: "trials",
      workflowId: "drained",
      args: [call],
    });
    await until(() => store.held > 0, "the activity is under way");
    const stopped = worker.stop();
    await until(() => !worker.readiness().ready, "the worker drains");
    release();
    await stopped;
    await expect(handle.result()).resolves.toBeUndefined();
  });
});

/** A server that speaks TLS, and notes the headers of what it is asked. */
async function tlsServer(): Promise<{
  server: Http2SecureServer;
  address: string;
  seen: IncomingHttpHeaders[];
  ca: string;
}> {
  const { cert, key } = testServerCertificate();
  const folder = await mkdtemp(join(tmpdir(), "protomesh-tls-"));
  const ca = join(folder, "ca.pem");
  await writeFile(ca, cert);
  const seen: IncomingHttpHeaders[] = [];
  const server = createSecureServer({ cert, key });
  server.on("stream", (stream, headers) => {
    seen.push(headers);
    stream.on("error", () => stream.destroy());
    stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, address: `127.0.0.1:${address.port}`, seen, ca };
}

describe("the way to Temporal", () => {
  test("is TLS with the API key on each call, checked against the given roots, for both of the SDK's connections", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const { address, seen, ca } = await tlsServer();
    const worker = await trial.startUnreadyWorker(store, {
      "temporal.address": address,
      "temporal.api.key": "secret-key",
      "temporal.client.root.cas.path": ca,
    });
    const calls = () => new Set(seen.map((headers) => String(headers[":path"]).split("/").at(-1)));
    await until(() => calls().has("DescribeNamespace") && calls().has("GetSystemInfo"), "both have called", {
      last: () => JSON.stringify([...calls(), worker.readiness()]),
    });
    expect(seen.every(({ authorization }) => authorization === "Bearer secret-key")).toBe(true);
    await worker.stop();
  });

  test("with a certificate that the roots do not vouch for is not gone", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const { address, seen } = await tlsServer();
    const other = await tlsServer();
    const worker = await trial.startUnreadyWorker(store, {
      "temporal.address": address,
      "temporal.client.enable.tls": true,
      "temporal.client.root.cas.path": other.ca,
    });
    await until(() => worker.readiness().parts["temporal"]?.startsWith("away: UNAVAILABLE"), "Temporal is away");
    expect(seen).toEqual([]);
    await worker.stop();
  });

  test("with half of a client certificate is refused at the start", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const settings = { "temporal.client.enable.tls": true, "temporal.client.certificate.path": "/there.pem" };
    await expect(trial.startUnreadyWorker(store, settings)).rejects.toThrow("give both or none");
  });
});
