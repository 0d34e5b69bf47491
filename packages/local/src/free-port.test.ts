import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "./free-port.js";

/** Built, so that any Node runs it. */
const built = new URL("../dist/free-port.js", import.meta.url).href;

/** A process that writes so many ports, and then waits for its standard input to end. */
function startAsking(count: number): { readonly ports: Promise<readonly string[]>; end(): Promise<number | null> } {
  const ask = `import { freePort } from ${JSON.stringify(built)};
for (let i = 0; i < ${count}; i++) console.log(await freePort());
process.stdin.resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", ask], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  const exit = once(child, "exit");
  const ports = (async () => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === count) break;
    return lines;
  })();
  const end = async () => {
    child.stdin.end();
    await exit;
    return child.exitCode;
  };
  return { ports, end };
}

async function portsOf(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

test("no port is given out twice, also when they are asked for at once", async () => {
  const ports = [...(await portsOf(120)), ...(await Promise.all(Array.from({ length: 60 }, freePort)))];
  expect(new Set(ports).size).toBe(180);
});

test("a port in use is passed over", async () => {
  // Not at the end of its block of 50: the next one is of the same.
  let first = await freePort();
  while (first % 50 > 40) first = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(first + 1, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  expect(await portsOf(60)).not.toContain(first + 1);
});

test("processes are given different ports, and none is kept alive by its own", async () => {
  const processes = [1, 2, 3].map(() => startAsking(1_000));
  const ports = (await Promise.all(processes.map(async (asking) => asking.ports))).flat();
  expect(ports).toHaveLength(3_000);
  expect(new Set(ports).size).toBe(3_000);
  expect(await Promise.all(processes.map(async (asking) => asking.end()))).toEqual([0, 0, 0]);
});
