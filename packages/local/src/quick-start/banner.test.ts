import { execFile } from "node:child_process";
import { createServer } from "node:http2";
import { promisify } from "node:util";
import { listen } from "@protomesh/core";
import { Ping, Pong } from "@protomesh/core/api";
import { expect, onTestFinished, test } from "vitest";
import { banner, type BannerOptions } from "./banner.js";
import { findFreePlaces } from "./free-places.js";

async function options(overrides: Partial<BannerOptions>): Promise<BannerOptions> {
  return {
    started: { resources: "examples/quickstart", envoy: true, temporal: true },
    places: await findFreePlaces(),
    seconds: 4.25,
    folder: ".protomesh",
    grpcurl: undefined,
    ...overrides,
  };
}

test("with the default ports, no command says where the store is", async () => {
  const places = { ...(await findFreePlaces()), store: "127.0.0.1:6680", ingress: "0.0.0.0:10000" };
  const text = banner(await options({ places }));
  expect(text).toContain("  curl localhost:10000/hello\n");
  expect(text).toContain("  npx protomesh watch\n");
  expect(text).toContain("&& npx protomesh apply -f examples/quickstart\n");
});

test("with other ports every command does", async () => {
  const places = { ...(await findFreePlaces()), store: "127.0.0.1:1" };
  const text = banner(await options({ places }));
  expect(text).toContain("  npx protomesh watch --server 127.0.0.1:1\n");
  expect(text).toContain("npx protomesh apply -f examples/quickstart --server 127.0.0.1:1\n");
});

test("without Envoy the gateway is asked", async () => {
  const places = { ...(await findFreePlaces()), gateway: "127.0.0.1:5770" };
  const started = { resources: "examples/quickstart", envoy: false, temporal: false };
  expect(banner(await options({ places, started }))).toContain("  curl localhost:5770/hello\n");
});

test("without grpcurl the gRPC method is called by curl, with the message's bytes", async () => {
  const bodies: Buffer[] = [];
  const answer = Buffer.from(Pong.encode({ sha256Sum: "x".repeat(43) }).finish());
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => bodies.push(chunk));
    request.on("end", () => response.end(Buffer.concat([Buffer.from([0, 0, 0, 0, answer.length]), answer])));
  });
  const ingress = await listen(server, "127.0.0.1:0");
  onTestFinished(() => void server.close());
  const text = banner(await options({ places: { ...(await findFreePlaces()), ingress } }));
  const command = text.split("\n").find((line) => line.includes("printf")) ?? "";
  const { stdout } = await promisify(execFile)("sh", ["-c", command]);
  expect(stdout).toBe("x".repeat(43));
  const [compressed, length, ...message] = [
    bodies[0]?.[0],
    bodies[0]?.readUInt32BE(1),
    ...(bodies[0]?.subarray(5) ?? []),
  ];
  expect({ compressed, length }).toEqual({ compressed: 0, length: message.length });
  expect(Ping.decode(Uint8Array.from(message))).toEqual({ nonce: "hello" });
});
