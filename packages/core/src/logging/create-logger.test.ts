import { expect, test } from "vitest";
import { createLogger, type Logger } from "./create-logger.js";

interface LogSettings {
  readonly "log.level": "debug" | "info" | "silent";
  readonly "log.json": boolean;
  readonly "log.dev": boolean;
}

const jsonLines: LogSettings = { "log.level": "info", "log.json": true, "log.dev": false };

/** What a logger writes while `use` runs; lines are synchronous, so all is there when it returns. */
function written(settings: LogSettings, use: (log: Logger) => void): string {
  const chunks: string[] = [];
  use(
    createLogger(settings, {
      write: (text) => {
        chunks.push(text);
      },
    }),
  );
  return chunks.join("");
}

function line(use: (log: Logger) => void): unknown {
  return JSON.parse(written(jsonLines, use));
}

test("a line is a JSON object with time, level as a word and message", () => {
  expect(line((log) => log.warn({ revision: 5 }, "behind"))).toEqual({
    level: "warn",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    pid: process.pid,
    hostname: expect.any(String) as string,
    revision: 5,
    msg: "behind",
  });
});

test("messages below the level are not written", () => {
  expect(written(jsonLines, (log) => log.debug("x"))).toBe("");
  expect(written({ ...jsonLines, "log.level": "debug" }, (log) => log.debug("x"))).toContain('"msg":"x"');
  expect(written({ ...jsonLines, "log.level": "silent" }, (log) => log.fatal("x"))).toBe("");
});

test.each([
  { title: "log.json=false", settings: { ...jsonLines, "log.json": false } },
  { title: "log.dev=true", settings: { ...jsonLines, "log.dev": true } },
])("$title writes text for people", ({ settings }) => {
  expect(written(settings, (log) => log.info({ namespace: "default" }, "started"))).toMatch(
    /INFO.*started[\s\S]*namespace: "default"/,
  );
});

test("big integers come out as text, at any depth and in a child's bindings", () => {
  const big = 2n ** 63n - 1n;
  expect(line((log) => log.child({ from: big }).info({ to: big, list: [{ at: big }] }, "x"))).toMatchObject({
    from: "9223372036854775807",
    to: "9223372036854775807",
    list: [{ at: "9223372036854775807" }],
  });
});

test("values under names that stand for secrets are hidden", () => {
  expect(
    line((log) =>
      log.info({ password: "pw", metadata: { Authorization: "Bearer x", "set-cookie": "y" }, port: 1 }, "x"),
    ),
  ).toMatchObject({
    password: "********",
    metadata: { Authorization: "********", "set-cookie": "********" },
    port: 1,
  });
});

test("an error keeps its fields, and loses the passwords within its text", () => {
  const error = Object.assign(new Error("cannot reach postgres://me:hunter2@host/db"), {
    code: "ECONNREFUSED",
    at: 5n,
  });
  const text = written(jsonLines, (log) => log.error({ err: error }, "x"));
  expect(text).not.toContain("hunter2");
  expect(JSON.parse(text)).toMatchObject({
    err: { type: "Error", message: "cannot reach postgres://me:********@host/db", code: "ECONNREFUSED", at: "5" },
  });
});

test("a circle does not end the process", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  expect(written(jsonLines, (log) => log.info({ circle }, "x"))).toContain('"msg":"x"');
});
