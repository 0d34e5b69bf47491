import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resourceFolder, withPorts } from "./example.js";

const changes = new Map([
  [10_000, 31_000],
  [5_770, 10_000],
]);

test.each([
  { text: "listenPort: 10000", want: "listenPort: 31000" },
  { text: "address: 127.0.0.1:5770", want: "address: 127.0.0.1:10000" },
  { text: "timeout: 100000s", want: "timeout: 100000s" },
  { text: "name: h10000", want: "name: h10000" },
  { text: "port: 57700", want: "port: 57700" },
])("$text becomes $want", ({ text, want }) => {
  expect(withPorts(text, changes)).toBe(want);
});

async function exampleFolder(): Promise<{ example: string; copy: string }> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-example-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "one.yaml"), "listenPort: 10000\n");
  await writeFile(join(folder, "README.md"), "about 10000\n");
  return { example: folder, copy: join(folder, "copy") };
}

test("with the ports that the example has, it is applied as it is", async () => {
  const { example, copy } = await exampleFolder();
  expect(await resourceFolder(example, new Map([[10_000, 10_000]]), copy)).toBe(example);
});

test("with others, a fresh copy of its resource files is", async () => {
  const { example, copy } = await exampleFolder();
  await resourceFolder(example, new Map([[10_000, 1]]), copy);
  await writeFile(join(copy, "stale.yaml"), "");
  expect(await resourceFolder(example, changes, copy)).toBe(copy);
  expect(await readdir(copy)).toEqual(["one.yaml"]);
  expect(await readFile(join(copy, "one.yaml"), "utf8")).toBe("listenPort: 31000\n");
});
