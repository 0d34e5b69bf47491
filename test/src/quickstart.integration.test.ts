import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client, Connection } from "@temporalio/client";
import { listen } from "@protomesh/core";
import { envoyPath, temporalPath, until } from "@protomesh/testing";
import { expect, onTestFinished, test } from "vitest";
import { startQuickStart, type QuickStartRun, type RunningProcess } from "./quickstart-run.js";
import { get } from "./requests.js";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const timeoutMs = 180_000;

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-start-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts it; whatever a failing test leaves of it ends with the test. */
function start(folder: string, ...flags: readonly string[]): QuickStartRun {
  const run = startQuickStart(folder, ...flags);
  onTestFinished(async () => {
    run.signal("SIGKILL");
    await run.ended;
    await gone(run);
  });
  return run;
}

async function up(run: QuickStartRun): Promise<void> {
  await run.line(/Everything is up/);
  await run.line(/npm start -- --fresh/);
}

async function gone(run: QuickStartRun): Promise<void> {
  let left: readonly RunningProcess[] = [];
  await until(async () => (left = await run.processes()).length === 0, "no process is left of the run", {
    last: () => left.map(({ command }) => command).join("\n"),
  });
}

async function protomesh(...args: readonly string[]): Promise<string> {
  const program = join(checkout, "packages/cli/bin/protomesh.js");
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: checkout });
  return stdout;
}

test("everything that it says is up is up, and Ctrl-C ends all of it", { timeout: timeoutMs }, async (context) => {
  envoyPath(context);
  temporalPath(context);
  const run = start(await stateFolder());
  await up(run);

  const [, front = ""] = await run.line(/ curl (localhost:\d+)\/hello/);
  const [, gateway = ""] = await run.line(/gateway +(127\.0\.0\.1:\d+)/);
  const [, temporal = ""] = await run.line(/Temporal +(127\.0\.0\.1:\d+)/);
  const hello = { code: 200, body: '{"message":"hello world"}' };
  expect(await get(front, "/hello")).toEqual(hello);
  expect(await get(gateway, "/hello")).toEqual(hello);
  expect(await greetingFrom(temporal)).toBe("hello world");

  run.signal("SIGINT");
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(await run.processes()).toEqual([]);
});

async function greetingFrom(address: string): Promise<unknown> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const handle = workflow.getHandle("quickstart-greeting");
    await until(async () => (await handle.describe()).status.name === "COMPLETED", "the workflow has run");
    return await handle.result();
  } finally {
    await connection.close();
  }
}

test("the command to change the answer changes it", { timeout: timeoutMs }, async (context) => {
  envoyPath(context);
  const run = start(await stateFolder());
  await up(run);
  const [, front = ""] = await run.line(/ curl (localhost:\d+)\/hello/);
  const [, edit = ""] = await run.line(/^ +(perl .*)$/);
  await promisify(execFile)(
    "sh",
    ["-c", edit.replace("npx protomesh", `${process.execPath} packages/cli/bin/protomesh.js`)],
    {
      cwd: checkout,
    },
  );
  await until(async () => (await get(front, "/hi")).code === 200, "the new path answers");
  expect(await get(front, "/hello")).toMatchObject({ code: 404 });
  run.signal("SIGTERM");
  expect(await run.ended).toMatchObject({ code: 0 });
});

test("a second start finds the state of the first, and --fresh forgets it", { timeout: timeoutMs }, async () => {
  const folder = await stateFolder();
  const count = async (run: QuickStartRun) => {
    const [, store = ""] = await run.line(/store +(127\.0\.0\.1:\d+)/);
    return {
      store,
      listed: JSON.parse(await protomesh("list", "-o", "json", "--server", store)) as readonly unknown[],
    };
  };
  const first = start(folder);
  await up(first);
  const { store, listed } = await count(first);
  await promisify(execFile)(
    "sh",
    [
      "-c",
      `sed 's/name: edge/name: kept/; s/ingressName: edge/ingressName: kept/; s/listenPort: .*/listenPort: 1/' \
      examples/quickstart/1-ingress.yaml | ${process.execPath} packages/cli/bin/protomesh.js apply -f - --server ${store}`,
    ],
    { cwd: checkout },
  );
  expect((await count(first)).listed).toHaveLength(listed.length + 1);
  first.signal("SIGINT");
  await first.ended;

  const second = start(folder);
  await up(second);
  expect((await count(second)).listed).toHaveLength(listed.length + 1);
  second.signal("SIGINT");
  await second.ended;

  const fresh = start(folder, "--fresh");
  await up(fresh);
  expect((await count(fresh)).listed).toHaveLength(listed.length);
  fresh.signal("SIGINT");
  expect(await fresh.ended).toMatchObject({ code: 0 });
});

test.for([
  { when: "at the very beginning", line: /Lambda +/ },
  { when: "when the database is up", line: /PostgreSQL +/ },
  { when: "when the store is up", line: /store +127/ },
])("Ctrl-C in the middle of the start, $when, leaves nothing", { timeout: timeoutMs }, async ({ line }) => {
  const folder = await stateFolder();
  const run = start(folder);
  await run.line(line);
  run.signal("SIGINT");
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(await run.processes()).toEqual([]);
});

test("npm's copy of the terminal's Ctrl-C is not taken for a second one", { timeout: timeoutMs }, async () => {
  const run = start(await stateFolder());
  await run.line(/store +127/);
  run.signal("SIGINT");
  run.signal("SIGINT");
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(await run.processes()).toEqual([]);
});

test("Ctrl-C once more kills what does not end", { timeout: timeoutMs }, async () => {
  const run = start(await stateFolder());
  await run.line(/store +127/);
  const store = (await run.processes()).find(({ command }) => command.includes("protomesh-store.js"));
  if (store === undefined) throw new Error("the store does not run");
  process.kill(store.pid, "SIGSTOP");
  let ended = false;
  void run.ended.then(() => (ended = true));
  await until(() => {
    run.signal("SIGINT");
    return ended;
  }, "it has ended");
  expect(await run.ended).toMatchObject({ code: 130 });
  await gone(run);
});

test(
  "killed outright, its children go too, and the next start mends what that left",
  { timeout: timeoutMs },
  async () => {
    const folder = await stateFolder();
    const killed = start(folder);
    await up(killed);
    killed.signal("SIGKILL");
    await killed.ended;
    await gone(killed);
    const next = start(folder);
    await up(next);
    next.signal("SIGINT");
    expect(await next.ended).toMatchObject({ code: 0 });
  },
);

test("a port in use is named with what changes it", { timeout: timeoutMs }, async () => {
  const server = createServer();
  const taken = await listen(server, "127.0.0.1:0");
  onTestFinished(() => void server.close());
  const run = start(await stateFolder(), `-gateway-listener-address=${taken}`);
  expect(await run.ended).toMatchObject({
    code: 1,
    output: `cannot listen on ${taken}: the port is in use; choose another with -gateway-listener-address=…`,
  });
});

test("a folder takes one start at a time", { timeout: timeoutMs }, async () => {
  const folder = await stateFolder();
  const first = start(folder);
  await first.line(/PostgreSQL +/);
  expect(await start(folder).ended).toMatchObject({
    code: 1,
    output: `it already runs here, as process ${first.pid}; another one needs -local-folder=… of its own`,
  });
  first.signal("SIGINT");
  expect(await first.ended).toMatchObject({ code: 0 });
});

test(
  "a program that a setting names and that is not there is an error, and nothing stays",
  { timeout: timeoutMs },
  async () => {
    const run = start(await stateFolder(), "-local-temporal-path=/nowhere/temporal");
    const { code, output } = await run.ended;
    expect(code).toBe(1);
    expect(output).toContain("/nowhere/temporal is no program (-local-temporal-path)");
    expect(await run.processes()).toEqual([]);
  },
);
