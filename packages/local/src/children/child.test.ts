import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startChild, type ChildOptions } from "./child.js";
import { signalGroup } from "./process-group.js";
import { endReaper } from "./reaper.js";
import { runChild } from "./run-child.js";

const forever = "setInterval(() => {}, 1000);";
const deaf = 'process.on("SIGTERM", () => {});';

function program(script: string): Pick<ChildOptions, "name" | "command" | "args"> {
  return { name: "the example", command: process.execPath, args: ["-e", script] };
}

test("a child is started when the line comes that says so", async () => {
  const lines: string[] = [];
  const child = await startChild({
    ...program(`console.log("one"); console.error("ready on 80"); ${forever}`),
    ready: { line: /ready on/ },
    log: (line) => lines.push(line),
  });
  expect(lines).toContain("ready on 80");
  await expect(child.stop()).resolves.toEqual({ code: null, signal: "SIGTERM" });
});

test("a child is started when the answer is yes", async () => {
  const answers = [false, false, true];
  const child = await startChild({ ...program(forever), ready: { when: async () => answers.shift() ?? false } });
  expect(answers).toEqual([]);
  await child.stop();
});

test("one that ends before it is ready: the error says how, and its last words", async () => {
  const start = startChild({ ...program('console.error("no disk"); process.exit(3)'), ready: { line: /ready/ } });
  await expect(start).rejects.toThrow("the example ended before it was ready (exit code 3)\n  no disk");
});

test("one that is not ready in time is ended", async () => {
  const pids: number[] = [];
  const start = startChild({
    ...program(`console.log(process.pid); ${forever}`),
    ready: { line: /never/ },
    startTimeoutMs: 500,
    log: (line) => pids.push(Number(line)),
  });
  await expect(start).rejects.toThrow("the example was not ready after 0.5 s");
  for (const pid of pids) expect(signalGroup(pid, 0)).toBe(false);
});

test("a start that is given up ends the child and fails with the reason", async () => {
  const given = new AbortController();
  const pids: number[] = [];
  const start = startChild({
    ...program(`console.log(process.pid); ${forever}`),
    ready: { line: /never/ },
    signal: given.signal,
    log: (line) => {
      pids.push(Number(line));
      given.abort(new Error("Ctrl-C"));
    },
  });
  await expect(start).rejects.toThrow("Ctrl-C");
  expect(pids.map((pid) => signalGroup(pid, 0))).toEqual([false]);
});

test("a program that is not there", async () => {
  const start = startChild({ name: "Envoy", command: "/nowhere/envoy", args: [] });
  await expect(start).rejects.toThrow("Envoy could not be started: spawn /nowhere/envoy ENOENT (/nowhere/envoy)");
});

test("a child that ignores the request is killed", async () => {
  const child = await startChild({
    ...program(`${deaf} console.log("ready"); ${forever}`),
    ready: { line: /ready/ },
    graceMs: 100,
  });
  await expect(child.stop()).resolves.toEqual({ code: null, signal: "SIGKILL" });
});

test("what a child has started goes with it", async () => {
  const inner = JSON.stringify(`${deaf} console.log("inner"); ${forever}`);
  const child = await startChild({
    ...program(`require("child_process").spawn(process.execPath, ["-e", ${inner}], { stdio: "inherit" }); ${forever}`),
    ready: { line: /inner/ },
  });
  // The output ends only when the last process has closed its end of it.
  await expect(child.stop()).resolves.toEqual({ code: null, signal: "SIGTERM" });
});

test("run to the end: its output, or an error with its exit code", async () => {
  await expect(runChild(program('console.log("done")'))).resolves.toEqual(["done"]);
  await expect(runChild(program("process.exit(4)"))).rejects.toThrow("the example failed (exit code 4)");
});

test("the reaper ends what is watched when its parent is gone, and leaves what is forgotten", async () => {
  const [watched, stubborn, forgotten] = await Promise.all([
    startChild(program(forever)),
    startChild(program(forever)),
    startChild(program(forever)),
  ]);
  const reaper = spawn(process.execPath, [fileURLToPath(new URL("../../bin/reaper.js", import.meta.url))], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  reaper.stdin.write(`watch ${watched.pid} SIGTERM\nwatch ${stubborn.pid} SIGKILL\n`);
  reaper.stdin.end(`watch ${forgotten.pid} SIGTERM\nforget ${forgotten.pid}\n`);
  await expect(watched.exited).resolves.toEqual({ code: null, signal: "SIGTERM" });
  await expect(stubborn.exited).resolves.toEqual({ code: null, signal: "SIGKILL" });
  expect(signalGroup(forgotten.pid, 0)).toBe(true);
  await forgotten.stop();
});

test("a reaper that somebody killed has a successor, which knows of all children", async () => {
  const first = await startChild(program(forever));
  const [killed] = await runChild({
    name: "pgrep",
    command: "pgrep",
    args: ["-P", String(process.pid), "-f", "reaper.js"],
  });
  process.kill(Number(killed), "SIGKILL");
  await expect.poll(() => signalGroup(Number(killed), 0)).toBe(false);
  const second = await startChild(program(forever));
  const ended = endReaper();
  await expect(first.exited).resolves.toEqual({ code: null, signal: "SIGTERM" });
  await expect(second.exited).resolves.toEqual({ code: null, signal: "SIGTERM" });
  await ended;
});
