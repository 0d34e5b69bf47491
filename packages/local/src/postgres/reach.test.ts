import { chmod, mkdtemp, mkdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { canEnter, reachableCopy, reachableFolder } from "./reach.js";

const somebody = { uid: 54_321, gid: 54_321 };

async function folderOf(mode: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-reach-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "inner"));
  await chmod(folder, mode);
  return folder;
}

test.each([
  { mode: 0o755, user: somebody, want: true },
  { mode: 0o711, user: somebody, want: true },
  { mode: 0o700, user: somebody, want: false },
  { mode: 0o766, user: somebody, want: false },
  { mode: 0o700, user: { uid: process.getuid?.() ?? 0, gid: 54_321 }, want: true },
  { mode: 0o071, user: { uid: process.getuid?.() ?? 0, gid: 54_321 }, want: false },
  { mode: 0o710, user: { uid: 54_321, gid: process.getgid?.() ?? 0 }, want: true },
])("may user $user.uid enter what lies in a folder of mode $mode: $want", async ({ mode, user, want }) => {
  const folder = await folderOf(mode);
  expect(await canEnter(user, join(folder, "inner"))).toBe(want);
});

test("what is not there yet bars nobody", async () => {
  expect(await canEnter(somebody, join(await folderOf(0o755), "later"))).toBe(true);
});

test("what can be entered is used as it is", async () => {
  const folder = await folderOf(0o755);
  expect(await reachableFolder(somebody, join(folder, "data"))).toBe(join(folder, "data"));
  expect(await reachableCopy(somebody, join(folder, "inner"))).toBe(join(folder, "inner"));
  expect(await reachableFolder(undefined, "/root/data")).toBe("/root/data");
});

test("a temporary folder is opened for passing through, not for listing", async () => {
  const folder = await folderOf(0o700);
  const asked = join(folder, "inner", "data");
  expect(await reachableFolder(somebody, asked)).toBe(asked);
  expect((await stat(folder)).mode & 0o777).toBe(0o711);
  expect(await canEnter(somebody, join(folder, "inner"))).toBe(true);
});
