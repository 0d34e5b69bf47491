import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { publicApiDescriptors } from "@protomesh/core";
import { peerPath } from "@protomesh/testing";
import { expect, test } from "vitest";
import { sharedTrial } from "../testing/shared-trial.js";

const opened = sharedTrial();

const script = fileURLToPath(new URL("activities.py", import.meta.url));

/** Runs the script and reads what it printed. */
async function run(python: string, args: readonly string[], input: Buffer): Promise<unknown> {
  const child = spawn(python, [script, ...args]);
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => errors.push(bytes));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(Buffer.concat(errors).toString());
  return JSON.parse(Buffer.concat(output).toString());
}

test("a workflow in Python writes, reads and drops a resource, in messages and in plain JSON", async ({ skip }) => {
  const python = peerPath("python-temporal", { skip });
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const said = await run(python, [trial.temporalAddress, "protomesh"], publicApiDescriptors());
  expect(said).toEqual({
    index: 1,
    hash: expect.stringMatching(/^[\w-]{43}$/),
    same_spec: true,
    same_version: true,
    written_at: "2026-01-02T03:04:05.006Z",
    plain: {
      "@type": "type.googleapis.com/protomesh.types.v1.Process",
      trigger: { name: "Nightly", taskQueue: "batch", executionTimeout: "90.500s" },
    },
    dropped: ["7c9e6679-7425-40de-944b-e07fc1f90ae7"],
    gone: ["NOT_FOUND", true],
    wrong_message: ["INVALID_ARGUMENT", true],
  });
});
