import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { RawHttp2 } from "../serve/testing/raw-http2.js";
import { policy, startGateway, type RunningGateway } from "../serve/testing/running-gateway.js";
import { gatewaySettings } from "../settings.js";

const manual = new URL("../../../../docs/gateway.md", import.meta.url);

/** The JSON that the manual shows after a mark. */
async function shown(mark: string): Promise<unknown> {
  const text = await readFile(manual, "utf8");
  const found = new RegExp(`<!-- ${mark} -->\\s*\`\`\`json\\n(.*?)\`\`\``, "s").exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/gateway.md shows nothing under ${mark}`);
  return JSON.parse(found);
}

/** What is another one in each run, as the manual shows it. */
const fixed: Readonly<Record<string, unknown>> = {
  requestTime: "02/Jan/2026:03:04:05 +0000",
  requestTimeEpoch: 1_767_323_045_000,
  time: "02/Jan/2026:03:04:05 +0000",
  timeEpoch: 1_767_323_045_000,
};

function settled(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, each: unknown) => fixed[name] ?? each));
}

const functions = { hello: () => ({ body: "hello" }), "ping-pong": () => ({ body: "" }) };
const policies = [
  policy({
    match: { protocol: "http", method: "POST", path: "/v1/", exact: false },
    chain: [{ functionName: "hello", qualifier: undefined }],
  }),
  policy({
    match: { protocol: "http", method: "PUT", path: "/v2/", exact: false },
    payloadFormat: "2.0",
    chain: [{ functionName: "hello", qualifier: undefined }],
  }),
  policy({
    match: { protocol: "grpc", method: "*", path: "/protomesh.services.v1.PingPongService/DoPing", exact: true },
    chain: [{ functionName: "ping-pong", qualifier: undefined }],
  }),
];

const ids = { "x-request-id": "3f0c", "x-nounce": "b7e1", ":authority": "api.example.com" };

function eventOf(running: RunningGateway): unknown {
  return settled(running.lambda.invocations.at(-1)?.event);
}

test("the manual's event of format 1.0 is what a function gets", async () => {
  await using running = await startGateway({ functions, policies });
  using raw = new RawHttp2(running.url);
  const headers = {
    ...ids,
    te: undefined,
    "content-type": "application/json",
    cookie: ["a=1", "b=2"],
    "x-tag": ["one", "two"],
  };
  await raw.call("/v1/orders?id=7&id=8&q=a%20b", Buffer.from('{"item":"é"}'), headers);
  expect(eventOf(running)).toEqual(await shown("event: http 1.0"));
});

test("the manual's event of format 2.0 is what a function gets", async () => {
  await using running = await startGateway({ functions, policies });
  using raw = new RawHttp2(running.url);
  const headers = {
    ...ids,
    te: undefined,
    ":method": "PUT",
    "content-type": "image/png",
    cookie: ["a=1", "b=2"],
    "x-tag": ["one", "two"],
  };
  await raw.call("/v2/pictures?id=7&id=8", Buffer.from([0x89, 0x50, 0x4e, 0x47]), headers);
  expect(eventOf(running)).toEqual(await shown("event: http 2.0"));
});

test("the manual's event of a gRPC call is what a function gets", async () => {
  await using running = await startGateway({ functions, policies });
  using raw = new RawHttp2(running.url);
  const metadata = {
    "x-user-id": "42",
    "x-trace-bin": "AAEC",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  };
  await raw.call("/protomesh.services.v1.PingPongService/DoPing", frameOf(Buffer.from("\n\u0003abc")), {
    ...ids,
    ...metadata,
  });
  expect(eventOf(running)).toEqual(await shown("event: grpc"));
});

test("the manual names every setting of the gateway's own", async () => {
  const text = await readFile(manual, "utf8");
  const channel = /^gateway\.resource\.store\.(?!server\.address)/;
  const own = Object.keys(gatewaySettings).filter((key) => key.startsWith("gateway.") && !channel.test(key));
  expect(own.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});
