import { request } from "node:http";
import { expect, test } from "vitest";
import { declareSettings, setting } from "../config/index.js";
import type { Program, Scope } from "./program.js";
import { startProgram } from "./start-program.js";

const settings = declareSettings({ "example.greeting": setting.text({ default: "hello", help: "what to say" }) });

function program(start: Program<typeof settings>["start"]): Program<typeof settings> {
  return {
    name: "example",
    settings,
    admin: { key: "example.admin.listener.address", defaultAddress: "127.0.0.1:1" },
    start,
  };
}

test("what a program owns ends newest first, once, and one failure does not keep the rest", async () => {
  const ended: string[] = [];
  const running = await startProgram(
    program(async (scope) => {
      scope.own("first", () => void ended.push("first"));
      scope.own("broken", () => {
        ended.push("broken");
        throw new Error("does not end");
      });
      scope.own("last", () => void ended.push("last"));
    }),
    {},
  );
  await Promise.all([running.stop(), running.stop()]);
  expect(ended).toEqual(["last", "broken", "first"]);
});

test("a start that fails ends what it had opened, and throws why", async () => {
  const ended: string[] = [];
  const failing = program(async (scope) => {
    scope.own("opened", () => void ended.push("opened"));
    throw new Error("no database");
  });
  await expect(startProgram(failing, {})).rejects.toThrow("no database");
  expect(ended).toEqual(["opened"]);
});

test("what is opened after the drain began ends too", async () => {
  const scopes: Scope[] = [];
  const running = await startProgram(
    program(async (scope) => void scopes.push(scope)),
    {},
  );
  await running.stop();
  const late = new Promise<string>((resolve) => scopes[0]?.own("late", () => resolve("ended")));
  expect(await late).toBe("ended");
});

test("settings come from the defaults, and the overrides win", async () => {
  const greetings: string[] = [];
  const greet = program(async (_, { "example.greeting": greeting }) => void greetings.push(greeting));
  for (const overrides of [{}, { "example.greeting": "hi" }]) await (await startProgram(greet, overrides)).stop();
  expect(greetings).toEqual(["hello", "hi"]);
});

test("the admin port tells the truth about readiness, and shows status and metrics", async () => {
  const parts: ReturnType<Scope["part"]>[] = [];
  const running = await startProgram(
    program(async (scope) => {
      parts.push(scope.part("database"));
      scope.status("revision", () => 9_007_199_254_740_993n);
    }),
    {},
  );
  const get = (path: string) => fetchText(`http://${running.addresses["admin"]}${path}`);

  expect(await get("/healthz")).toMatchObject({ code: 200 });
  expect(await get("/readyz")).toMatchObject({ code: 503, body: expect.stringContaining('"database": "starting"') });
  parts[0]?.ready();
  expect(await get("/readyz")).toMatchObject({ code: 200 });
  parts[0]?.degraded("serving revision 7");
  expect(await get("/readyz")).toMatchObject({
    code: 200,
    body: expect.stringContaining("degraded: serving revision 7"),
  });
  parts[0]?.notReady("connecting to 127.0.0.1:1");
  expect(await get("/readyz")).toMatchObject({ code: 503, body: expect.stringContaining("connecting to 127.0.0.1:1") });
  expect(await get("/status")).toMatchObject({
    code: 200,
    body: expect.stringContaining('"revision": "9007199254740993"'),
  });
  expect(await get("/nothing")).toMatchObject({ code: 404 });
  await running.stop();
});

test("metrics tell the state of each part", async () => {
  const parts: ReturnType<Scope["part"]>[] = [];
  const running = await startProgram(
    program(async (scope) => void parts.push(scope.part("database"))),
    {},
  );
  const states = async () => {
    const { body } = await fetchText(`http://${running.addresses["admin"]}/metrics`);
    return [...body.matchAll(/^protomesh_part_state\{part="database",state="(\w+)"\} 1$/gm)].map(([, state]) => state);
  };
  const [database] = parts;
  expect(await states()).toEqual(["not_ready"]);
  database?.ready();
  expect(await states()).toEqual(["ready"]);
  database?.degraded("changes come by polls");
  expect(await states()).toEqual(["degraded"]);
  database?.notReady("away");
  expect(await states()).toEqual(["not_ready"]);
  await running.stop();
});

async function fetchText(url: string): Promise<{ code: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ code: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    call.on("error", reject);
    call.end();
  });
}
