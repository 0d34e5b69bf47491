import { expect, test } from "vitest";
import { faults } from "./faults.js";
import { runFaults } from "./run.js";

const seed = Number(process.env["PROTOMESH_SEED"] ?? Date.now() % 1_000_000);

test.for(faults)("every promise holds when $name", { timeout: 180_000 }, async (fault, { annotate, skip }) => {
  const objection = await fault.objection?.();
  if (objection !== undefined) skip(objection);
  await annotate(`PROTOMESH_SEED=${seed}`);
  const report = await runFaults({ seed, stores: 2, writers: 6, watchers: 3, keys: 12 }, [fault]);
  expect(report.breaches, `PROTOMESH_SEED=${seed}`).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(0);
});
