import { setTimeout as delay } from "node:timers/promises";
import { create, toJson, type DescMethodServerStreaming, type DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { apiRegistry } from "@protomesh/core";
import { Any, BadRequest, Ping, Pong, RpcStatus, SubscribeResponse } from "@protomesh/core/api";
import type { LambdaFunction } from "@protomesh/local";
import { describe, expect, test } from "vitest";
import { policy, startGateway } from "../serve/testing/running-gateway.js";

interface GrpcEvent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const base64 = (bytes: Uint8Array): { readonly body: string; readonly isBase64Encoded: true } => ({
  body: Buffer.from(bytes).toString("base64"),
  isBase64Encoded: true,
});

const violation = {
  typeUrl: "type.googleapis.com/google.rpc.BadRequest",
  value: Buffer.from(
    BadRequest.encode(
      BadRequest.fromPartial({ fieldViolations: [{ field: "nonce", description: "is too short: ☃" }] }),
    ).finish(),
  ),
};

let streamed = 0;
const functions = {
  "do-ping": async ({ body, headers }: GrpcEvent) => {
    const { nonce } = Ping.decode(Buffer.from(body, "base64"));
    switch (nonce) {
      case "late":
        await delay(10_000, undefined, { ref: false });
        break;
      case "bad": {
        const details = [Any.fromPartial(violation)];
        const status = RpcStatus.encode({ code: Code.InvalidArgument, message: "bad: ☃", details }).finish();
        return {
          headers: {
            "grpc-status": `${Code.InvalidArgument}`,
            "grpc-message": "bad: %E2%98%83",
            "grpc-status-details-bin": Buffer.from(status).toString("base64"),
          },
        };
      }
    }
    const pong = Pong.encode({ sha256Sum: `${nonce} ${headers["x-sent"] ?? ""}` }).finish();
    return { headers: { "x-answer": "1" }, multiValueTrailers: { "x-after": ["the end"] }, ...base64(pong) };
  },
  subscribe: () => {
    streamed++;
    const response = SubscribeResponse.fromPartial({ topic: `${streamed}`, payload: Buffer.from([0, 255]) });
    return {
      statusCode: streamed % 3 === 0 ? 200 : 102,
      headers: { "x-server-stream-timeout": "1ms" },
      ...base64(SubscribeResponse.encode(response).finish()),
    };
  },
} satisfies Record<string, LambdaFunction>;

const pingPath = "/protomesh.services.v1.PingPongService/DoPing";
const subscribePath = "/protomesh.services.v1.ResourceStore/Subscribe";

const policies = [
  { path: pingPath, functionName: "do-ping" },
  { path: subscribePath, functionName: "subscribe" },
].map(({ path, functionName }) =>
  policy({
    match: { protocol: "grpc", method: "*", path, exact: true },
    chain: [{ functionName, qualifier: undefined }],
    setsGrpcStatus: true,
  }),
);

function methodOf<Kind extends "unary" | "server_streaming">(path: string, kind: Kind) {
  const [service = "", name = ""] = path.slice(1).split("/");
  const method = apiRegistry()
    .getService(service)
    ?.methods.find((each) => each.name === name);
  if (method?.methodKind !== kind) throw new Error(`the public API has no such method: ${path}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by its kind, which the compiler does not follow
  return method as Kind extends "unary" ? DescMethodUnary : DescMethodServerStreaming;
}

const doPing = methodOf(pingPath, "unary");
const subscribe = methodOf(subscribePath, "server_streaming");

async function ping(transport: Transport, nonce: string, timeoutMs?: number) {
  const input = create(doPing.input, { nonce });
  return transport.unary(doPing, undefined, timeoutMs, { "x-sent": "there" }, input);
}

async function failureOf(answer: Promise<unknown>): Promise<ConnectError> {
  return answer.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => ConnectError.from(error),
  );
}

describe.each(["1.1", "2"] as const)("Connect's gRPC-Web client over HTTP/%s", (httpVersion) => {
  const open = (url: string): Transport => createGrpcWebTransport({ baseUrl: url, httpVersion });

  test("a unary call: message, headers and trailers", async () => {
    await using running = await startGateway({ functions, policies });
    const { message, header, trailer } = await ping(open(running.url), "hey");
    expect(toJson(doPing.output, message)).toEqual({ sha256Sum: "hey there" });
    expect(header.get("x-answer")).toBe("1");
    expect(trailer.get("x-after")).toBe("the end");
  });

  test("a server stream: each message, in order", async () => {
    streamed = 0;
    await using running = await startGateway({ functions, policies });
    const input = (async function* () {
      yield await Promise.resolve(create(subscribe.input, { topics: ["t"] }));
    })();
    const { message } = await open(running.url).stream(subscribe, undefined, undefined, undefined, input);
    const messages = [];
    for await (const each of message) messages.push(toJson(subscribe.output, each));
    expect(messages).toEqual(["1", "2", "3"].map((topic) => ({ topic, payload: "AP8=" })));
  });

  test("an error has its code, its message and its details", async () => {
    await using running = await startGateway({ functions, policies });
    const error = await failureOf(ping(open(running.url), "bad"));
    expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "bad: ☃" });
    const schema = apiRegistry().getMessage("google.rpc.BadRequest");
    expect(error.details).toMatchObject([{ type: schema?.typeName }]);
    expect(schema && error.findDetails(schema)).toMatchObject([
      { fieldViolations: [{ field: "nonce", description: "is too short: ☃" }] },
    ]);
  });

  test("a method that no policy takes is unimplemented", async () => {
    await using running = await startGateway({ functions, policies: policies.slice(1) });
    expect((await failureOf(ping(open(running.url), "hey"))).code).toBe(Code.Unimplemented);
  });

  test("a deadline that passes ends the call and its invocation", async () => {
    await using running = await startGateway({ functions, policies });
    expect((await failureOf(ping(open(running.url), "late", 200))).code).toBe(Code.DeadlineExceeded);
    await expect.poll(() => running.served.length).toBe(1);
    expect(running.lambda.invocations).toHaveLength(1);
  });
});
