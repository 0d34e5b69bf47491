import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startChild } from "@protomesh/local";
import { peerPath } from "@protomesh/testing";
import { expect, test } from "vitest";
import { startConformanceServer } from "./testing/conformance-server.js";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Patterns of the cases that fail, each line with its reason after `#`; the runner fails when one of them passes. */
async function knownFailures(): Promise<readonly { readonly pattern: string; readonly reason: string }[]> {
  const lines = (await readFile(here("known-failing.txt"), "utf8")).split("\n");
  return lines
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const at = line.indexOf("#");
      return { pattern: (at < 0 ? line : line.slice(0, at)).trim(), reason: at < 0 ? "" : line.slice(at + 1).trim() };
    });
}

test("each known failure has its reason", async () => {
  expect((await knownFailures()).filter(({ reason }) => reason === "")).toEqual([]);
});

test("the conformance suite of gRPC and gRPC-Web passes, but for known failures", { timeout: 300_000 }, async (ctx) => {
  const program = peerPath("connectconformance", ctx);
  await using server = await startConformanceServer();
  const known = (await knownFailures()).flatMap(({ pattern }) => ["--known-failing", pattern]);
  const args = ["--mode", "server", "--conf", here("features.yaml"), "--parallel", "4", ...known];
  const lines: string[] = [];
  const runner = await startChild({
    name: "connectconformance",
    command: program,
    args: [...args, "--", ...server.command],
    log: (line) => void lines.push(line),
  });
  const { code } = await runner.exited;
  if (code !== 0) throw new Error(lines.join("\n"));
  const total = lines.map((line) => /^Total cases: (\d+)$/.exec(line)?.[1]).find((count) => count !== undefined);
  expect(Number(total)).toBeGreaterThan(800);
});
