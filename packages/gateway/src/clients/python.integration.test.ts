import { fileURLToPath } from "node:url";
import { peerPath, type Skippable } from "@protomesh/testing";
import { expect, test } from "vitest";
import { startGateway, type RunningGateway } from "../serve/testing/running-gateway.js";
import { functions } from "./testing/functions.js";
import { run } from "./testing/run.js";

const script = fileURLToPath(new URL("call.py", import.meta.url));

interface Said {
  readonly messages: readonly string[];
  readonly code: string;
  readonly details: string;
  readonly initial: readonly (readonly [string, string])[];
  readonly trailing: readonly (readonly [string, string])[];
}

/** Calls with gRPC's C core, under Python: another implementation than every one that Node has. */
async function call(
  context: Skippable,
  { address }: RunningGateway,
  method: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Said> {
  const { code, stdout, stderr } = await run(peerPath("python-grpc", context), [
    script,
    address,
    method,
    JSON.stringify(options),
  ]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout.toString()) as Said;
}

const texts = ({ messages }: Said): string[] => messages.map((hex) => Buffer.from(hex, "hex").toString());

test("a unary call: bytes, metadata, binary metadata and trailers", async (context) => {
  await using running = await startGateway({ functions });
  const message = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("hex");
  const metadata = [
    ["x-sent", "text"],
    ["x-sent-bin", "00ff10"],
  ];
  const said = await call(context, running, "/test.echo/Do", { message, metadata });
  expect(said).toMatchObject({ messages: [message], code: "OK", details: "" });
  expect(said.initial).toContainEqual(["x-seen", "text"]);
  expect(said.initial).toContainEqual(["x-seen-bin", "00ff10"]);
  expect(said.trailing).toContainEqual(["x-after", "the end"]);
});

test("a compressed message", async (context) => {
  await using running = await startGateway({ functions });
  const message = Buffer.alloc(50_000, "gzip ").toString("hex");
  expect((await call(context, running, "/test.echo/Do", { message, gzip: true })).messages).toEqual([message]);
});

test("an error's code and message", async (context) => {
  await using running = await startGateway({ functions });
  const said = await call(context, running, "/test.missing/Do");
  expect(said).toMatchObject({ messages: [], code: "NOT_FOUND", details: "no such thing: é" });
  expect((await call(context, running, "/test.nobody/Do")).code).toBe("UNIMPLEMENTED");
});

test("a server stream, to its end and cancelled", async (context) => {
  await using running = await startGateway({ functions });
  const whole = await call(context, running, "/test.counting/Do");
  expect({ texts: texts(whole), code: whole.code }).toEqual({ texts: ["1", "2", "3"], code: "OK" });
  const cancelled = await call(context, running, "/test.forever/Do", { cancelAfter: 2 });
  expect({ texts: texts(cancelled), code: cancelled.code }).toEqual({ texts: ["more", "more"], code: "CANCELLED" });
  await expect.poll(() => running.served.at(-1)?.failure?.kind).toBe("aborted");
});

test("a deadline: DEADLINE_EXCEEDED, and the invocation is abandoned", async (context) => {
  await using running = await startGateway({ functions });
  expect((await call(context, running, "/test.stuck/Do", { timeout: 1 })).code).toBe("DEADLINE_EXCEEDED");
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});
