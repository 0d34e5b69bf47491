import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTemporal } from "./temporal.js";

/** A stand-in for the server that ends at once on its first `failures` starts, and a file with a line for each start. */
async function programFailing(failures: number) {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-temporal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [path, starts] = [join(folder, "temporal"), join(folder, "starts")];
  await writeFile(
    path,
    `#!/bin/sh
echo start >> ${starts}
[ "$(wc -l < ${starts})" -gt ${failures} ] || { echo "panic: failed assigning ephemeral port" >&2; exit 2; }
echo "Server: 127.0.0.1"
exec sleep 600
`,
  );
  await chmod(path, 0o755);
  const count = async () => (await readFile(starts, "utf8")).trim().split("\n").length;
  return { path, count };
}

test("a server that lost a race for one of its ports is started again", async () => {
  const { path, count } = await programFailing(2);
  const temporal = await startTemporal({ path });
  await temporal.stop();
  expect(await count()).toBe(3);
});

test("one that ends each time: the error has its last words", async () => {
  const { path, count } = await programFailing(3);
  await expect(startTemporal({ path })).rejects.toThrow(
    "Temporal ended before it was ready (exit code 2)\n  panic: failed assigning ephemeral port",
  );
  expect(await count()).toBe(3);
});
