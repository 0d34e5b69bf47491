import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres, type PostgresOptions, type RunningPostgres } from "./start-postgres.js";

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "protomesh-data-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function started(options: PostgresOptions): Promise<RunningPostgres> {
  const server = await startPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

/** What one statement returns, on a connection of its own. */
async function query(dsn: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(dsn, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

test("without a data folder everything goes with the server", async () => {
  const server = await started({});
  expect(await query(server.dsn, "SHOW fsync")).toEqual([{ fsync: "off" }]);
  expect(existsSync(server.folder)).toBe(true);
  await server.stop();
  await expect(server.exited).resolves.toEqual({ code: 0, signal: null });
  expect(existsSync(server.folder)).toBe(false);
});

test("it listens on loopback alone, and asks for the password", async () => {
  const server = await started({});
  expect(await query(server.dsn, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  const guessed = new URL(server.dsn);
  guessed.password = "postgres";
  await expect(query(guessed.href, "SELECT 1")).rejects.toThrow("password authentication failed");
});

test("a second start on a data folder finds what the first one kept, safely on disk", async () => {
  const dataFolder = join(await temporaryFolder(), "postgres");
  const first = await started({ dataFolder });
  expect(await query(first.dsn, "SHOW fsync")).toEqual([{ fsync: "on" }]);
  await query(first.dsn, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const second = await started({ dataFolder });
  expect(await query(second.dsn, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("a server that was killed is no hindrance", async () => {
  const dataFolder = join(await temporaryFolder(), "postgres");
  const crashed = await started({ dataFolder });
  await query(crashed.dsn, "CREATE TABLE kept AS SELECT 42 AS answer");
  process.kill(crashed.pid, "SIGKILL");
  await crashed.exited;
  expect(existsSync(join(crashed.folder, "cluster/postmaster.pid"))).toBe(true);
  const next = await started({ dataFolder });
  expect(await query(next.dsn, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("neither is one whose process number has become another program's", async () => {
  const dataFolder = join(await temporaryFolder(), "postgres");
  const crashed = await started({ dataFolder });
  process.kill(crashed.pid, "SIGKILL");
  await crashed.exited;
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  onTestFinished(() => void other.kill());
  const file = join(crashed.folder, "cluster/postmaster.pid");
  await writeFile(file, (await readFile(file, "utf8")).replace(/^\d+/, String(other.pid)));
  const next = await started({ dataFolder });
  expect(await query(next.dsn, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a server that still runs is left alone, unless the caller takes over", async () => {
  const dataFolder = join(await temporaryFolder(), "postgres");
  const running = await started({ dataFolder });
  await expect(startPostgres({ dataFolder })).rejects.toMatchObject({ name: "PostgresInUse", pid: running.pid });
  const next = await started({ dataFolder, takeOver: true });
  await expect(running.exited).resolves.toEqual({ code: 0, signal: null });
  expect(await query(next.dsn, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a folder with something else in it is not touched", async () => {
  const dataFolder = await temporaryFolder();
  await mkdir(join(dataFolder, "photos"));
  await expect(startPostgres({ dataFolder })).rejects.toThrow("holds no PostgreSQL cluster of Protomesh");
  expect(existsSync(join(dataFolder, "photos"))).toBe(true);
});

test("a start that is given up while the cluster is made leaves nothing that bars the next one", async () => {
  const dataFolder = join(await temporaryFolder(), "postgres");
  const given = new AbortController();
  const start = startPostgres({ dataFolder, signal: given.signal });
  setImmediate(() => given.abort(new Error("Ctrl-C")));
  await expect(start).rejects.toThrow("Ctrl-C");
  expect(existsSync(dataFolder)).toBe(false);
  const next = await started({ dataFolder });
  expect(await query(next.dsn, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("root's own folders: the data move to where the server's user gets", async ({ skip }) => {
  if (process.getuid?.() !== 0) skip("only root lends the server another user");
  const own = await mkdtemp(join(homedir(), ".protomesh-test-"));
  onTestFinished(() => rm(own, { recursive: true }));
  const server = await started({ dataFolder: join(own, "postgres"), durable: false });
  onTestFinished(async () => {
    await server.stop();
    await rm(server.folder, { recursive: true, force: true });
  });
  expect(server.folder).toMatch(/^\/var\/lib\/protomesh\/[0-9a-f]{16}$/);
  expect(await query(server.dsn, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});
