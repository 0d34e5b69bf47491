import { execFile } from "node:child_process";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { turnOfLines } from "./turn-of-lines.js";

function gathering(): { readonly writes: readonly string[]; readonly lines: ReturnType<typeof turnOfLines> } {
  const writes: string[] = [];
  return { writes, lines: turnOfLines({ write: (text) => void writes.push(text) }) };
}

test("the lines of a turn are written together when it ends", async () => {
  const { writes, lines } = gathering();
  lines.write("one\n");
  lines.write("two\n");
  expect(writes).toEqual([]);
  await turn();
  lines.write("three\n");
  await turn();
  expect(writes).toEqual(["one\ntwo\n", "three\n"]);
});

test("many are written before the turn ends, each once", async () => {
  const { writes, lines } = gathering();
  const line = `${"x".repeat(999)}\n`;
  for (let count = 0; count < 100; count++) lines.write(line);
  expect(writes.length).toBe(1);
  await turn();
  expect(writes.join("")).toBe(line.repeat(100));
});

test.each([
  { title: "exits", end: "process.exit(0)" },
  { title: "throws", end: "throw new Error('broken')" },
])("the last words of a process that $title are written", async ({ end }) => {
  const module = JSON.stringify(new URL("../../dist/logging/turn-of-lines.js", import.meta.url).href);
  const script = `import { writeSync } from "node:fs"; import { turnOfLines } from ${module};
    turnOfLines({ write: (text) => void writeSync(1, text) }).write("last words\\n"); ${end};`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]).catch(
    (error: unknown) => error,
  );
  expect(await run).toMatchObject({ stdout: "last words\n" });
});
