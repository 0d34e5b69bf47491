import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPeer } from "./find-peer.js";

/** A folder with empty programs in it, by path; a path that ends with `!` is a file that cannot be run. */
async function folderWith(...paths: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-peers-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const path of paths) {
    const file = join(folder, path.replace("!", ""));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "");
    await chmod(file, path.endsWith("!") ? 0o644 : 0o755);
  }
  return folder;
}

test("a setting wins over PATH, and PATH over the checkout's own", async () => {
  const folder = await folderWith("mine", "bin/envoy", ".cache/peers/bin/envoy");
  const path = ["/nowhere", join(folder, "bin")].join(delimiter);
  const at = (name: string) => ({ found: true, path: join(folder, name) });
  expect(findPeer("envoy", { setting: join(folder, "mine"), path, checkout: folder })).toEqual(at("mine"));
  expect(findPeer("envoy", { path, checkout: folder })).toEqual(at("bin/envoy"));
  expect(findPeer("envoy", { path: "/nowhere", checkout: folder })).toEqual(at(".cache/peers/bin/envoy"));
});

test("a setting that names no program is not passed over", async () => {
  const folder = await folderWith("mine!", "bin/envoy");
  const setting = join(folder, "mine");
  const search = { setting, path: join(folder, "bin"), checkout: folder };
  expect(findPeer("envoy", search)).toEqual({ found: false, reason: `${setting} is no program` });
});

test("files that cannot be run and folders are passed over", async () => {
  const folder = await folderWith("bin/envoy!", "sbin/envoy/readme", ".cache/peers/bin/envoy");
  const path = [join(folder, "bin"), join(folder, "sbin")].join(delimiter);
  expect(findPeer("envoy", { path, checkout: folder })).toEqual({
    found: true,
    path: join(folder, ".cache/peers/bin/envoy"),
  });
});

test("one that is nowhere: the reason says where was looked, and what brings it", async () => {
  expect(findPeer("temporal", { path: "", checkout: await folderWith() })).toEqual({
    found: false,
    reason: "temporal is neither on PATH nor in .cache/peers/bin (scripts/peers.sh temporal brings it)",
  });
});
