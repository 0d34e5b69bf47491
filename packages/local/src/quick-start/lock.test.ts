import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockFolder } from "./lock.js";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "protomesh-lock-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** The number of a process with these words on its command line. */
function processWith(...words: readonly string[]): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", ...words], { stdio: "ignore" });
  onTestFinished(() => void child.kill());
  return child.pid ?? 0;
}

test("a folder is one process's own until it is given back", async () => {
  const path = join(await folder(), "state");
  const unlock = await lockFolder(path);
  expect(await readFile(join(path, "lock"), "utf8")).toBe(String(process.pid));
  await unlock();
  await (
    await lockFolder(path)
  )();
});

test("another quick start that lives is named", async () => {
  const path = await folder();
  const holder = processWith("packages/local/bin/start.js");
  await writeFile(join(path, "lock"), String(holder));
  await expect(lockFolder(path)).rejects.toThrow(`it already runs here, as process ${holder}`);
});

test.each([
  { title: "a process that is gone", holder: () => 2 ** 22 + 1 },
  { title: "a number that has become another program's", holder: () => processWith("something-else") },
  { title: "a number that was never written", holder: () => "" },
])("a lock of $title is taken over", async ({ holder }) => {
  const path = await folder();
  await writeFile(join(path, "lock"), String(holder()));
  const unlock = await lockFolder(path);
  expect(await readFile(join(path, "lock"), "utf8")).toBe(String(process.pid));
  await unlock();
});
