import { once } from "node:events";
import { credentials, status } from "@grpc/grpc-js";
import { HealthClient } from "@protomesh/core/api";
import { BehaviorSubject } from "rxjs";
import { expect, test } from "vitest";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, texts } from "./testing/grpc-functions.js";
import { policy, startGateway } from "./testing/running-gateway.js";

test("health is answered for the gateway and for each service of a policy, and follows readiness", async () => {
  await using running = await startGateway({ functions });
  const client = new HealthClient(running.address, credentials.createInsecure());
  const check = async (service: string) =>
    new Promise((resolve) => {
      client.check({ service }, (error, response) => resolve(error?.code ?? response.status));
    });
  expect(await check("")).toBe("SERVING");
  expect(await check("test.echo")).toBe("SERVING");
  expect(await check("test.absent")).toBe(status.NOT_FOUND);
  running.ready.next(false);
  expect(await check("")).toBe("NOT_SERVING");
  client.close();
});

test("a health watch tells each change, and ends when the gateway drains", async () => {
  await using running = await startGateway({ functions });
  const client = new HealthClient(running.address, credentials.createInsecure());
  const seen = new BehaviorSubject<string[]>([]);
  const watch = client.watch({ service: "" });
  watch.on("data", (response: { status: string }) => seen.next([...seen.value, response.status]));
  await expect.poll(() => seen.value).toEqual(["SERVING"]);
  running.ready.next(false);
  await expect.poll(() => seen.value).toEqual(["SERVING", "NOT_SERVING"]);
  running.ready.complete();
  await once(watch, "end");
  client.close();
});

test("a policy that takes the health service answers it", async () => {
  const match = { protocol: "grpc", method: "*", path: "/grpc.health.v1.Health/", exact: false } as const;
  await using running = await startGateway({ functions, policies: [policy({ match })] });
  const { messages } = await grpcCall(running.address, "/grpc.health.v1.Health/Check", Buffer.from("mine"));
  expect(texts(messages)).toEqual(["mine"]);
});
