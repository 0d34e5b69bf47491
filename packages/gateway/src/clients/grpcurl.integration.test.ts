import { fileURLToPath } from "node:url";
import { peerPath, testCertificate } from "@protomesh/testing";
import { expect, test } from "vitest";
import { policy, startGateway } from "../serve/testing/running-gateway.js";
import { functions } from "./testing/functions.js";
import { run } from "./testing/run.js";

const schema = ["-import-path", fileURLToPath(new URL("../../../../proto", import.meta.url))];
const pingPong = [...schema, "-proto", "protomesh/services/v1/ping_pong.proto"];
const method = "protomesh.services.v1.PingPongService/DoPing";

const policies = [
  policy({
    match: { protocol: "grpc", method: "*", path: `/${method}`, exact: true },
    chain: [{ functionName: "ping-pong", qualifier: undefined }],
  }),
  policy({
    match: { protocol: "grpc", method: "*", path: "/protomesh.services.v1.PingPongService/", exact: false },
    chain: [{ functionName: "missing", qualifier: undefined }],
  }),
];

test("grpcurl calls a method that the gateway knows nothing of", async (context) => {
  const grpcurl = peerPath("grpcurl", context);
  await using running = await startGateway({ functions, policies });
  const args = ["-plaintext", ...pingPong, "-d", '{"nonce":"n"}', running.address, method];
  const { code, stdout, stderr } = await run(grpcurl, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout.toString())).toEqual({ sha256Sum: "abc" });
});

test("grpcurl by TLS, and an error with its message", async (context) => {
  const grpcurl = peerPath("grpcurl", context);
  const [, failing] = policies;
  await using running = await startGateway({ functions, policies: failing ? [failing] : [], tls: testCertificate() });
  const { stderr } = await run(grpcurl, ["-insecure", ...pingPong, "-d", "{}", running.address, method]);
  expect(stderr).toMatch(/Code: NotFound\n\s+Message: no such thing: é/);
});

test("grpcurl asks the gateway what it serves, and calls what the gateway can describe", async (context) => {
  const grpcurl = peerPath("grpcurl", context);
  const [pinging] = policies;
  const other = policy({ match: { protocol: "grpc", method: "*", path: "/their.own.Service/Do", exact: true } });
  await using running = await startGateway({ functions, policies: pinging ? [pinging, other] : [] });
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(grpcurl, ["-plaintext", ...args]);
    return `${stdout.toString()}${stderr}`;
  };
  expect((await ask(running.address, "list")).trim().split("\n")).toEqual([
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "protomesh.services.v1.PingPongService",
    "their.own.Service",
  ]);
  expect(await ask(running.address, "describe", method.replace("/", "."))).toContain("rpc DoPing");
  expect(JSON.parse(await ask("-d", '{"nonce":"n"}', running.address, method))).toEqual({ sha256Sum: "abc" });
  expect(JSON.parse(await ask(running.address, "grpc.health.v1.Health/Check"))).toEqual({ status: "SERVING" });
  expect(await ask(running.address, "describe", "their.own.Service")).toContain("Symbol not found");
});

test("grpcurl asks for the gateway's health", async (context) => {
  const grpcurl = peerPath("grpcurl", context);
  await using running = await startGateway({ functions, policies });
  const health = [...schema, "-proto", "grpc/health/v1/health.proto"];
  const args = ["-plaintext", ...health, "-d", "{}", running.address, "grpc.health.v1.Health/Check"];
  const { stdout } = await run(grpcurl, args);
  expect(JSON.parse(stdout.toString())).toEqual({ status: "SERVING" });
});
