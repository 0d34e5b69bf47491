import { expect, test } from "vitest";
import { declared, observed, ours, recorded, resourceId, run, running, settings } from "../testing/planning.js";
import { plan } from "./plan.js";
import type { Plan } from "./action.js";

const asked = declared({ updateSignal: "configure" });
const old = run(running, { ...ours("old"), optionsHash: "options" });

function requestIdOf({ action }: Plan): string | undefined {
  return action.act === "signal" ? action.requestId : undefined;
}

test("the record says that the run is of the new version now, and which run was told", () => {
  const got = plan(resourceId, asked, recorded({ specHash: "old" }), observed(old), settings);
  expect(got.record).toEqual(recorded({ toldRunId: "last" }));
});

test("a signal that is repeated has one request id; one of another version of the resource, or to another run, has not", () => {
  const first = requestIdOf(plan(resourceId, asked, undefined, observed(old), settings));
  expect(requestIdOf(plan(resourceId, asked, undefined, observed(old), settings))).toBe(first);
  const later = { ...asked, index: 9n };
  expect(requestIdOf(plan(resourceId, later, undefined, observed(old), settings))).not.toBe(first);
  const other = observed({ ...old, runId: "other" });
  expect(requestIdOf(plan(resourceId, asked, undefined, other, settings))).not.toBe(first);
});

test("back to the arguments of the start: the run is told once more", () => {
  const back = declared({ updateSignal: "configure", specHash: "old" });
  const told = plan(resourceId, back, recorded({ toldRunId: "last" }), observed(old), settings);
  expect(told.action.act).toBe("signal");
  const after = plan(resourceId, back, told.record, observed(old), settings);
  expect(after).toMatchObject({ action: { act: "nothing" }, standing: { is: "running" } });
});

test("a told run that has completed is done for the new version", () => {
  const ended = run({ is: "closed", outcome: "completed", closedAt: 1 }, old.mark);
  const got = plan(resourceId, asked, recorded({ toldRunId: "last" }), observed(ended), settings);
  expect(got.standing).toEqual({ is: "done", outcome: "completed" });
});

test("a told run that has failed is started again, with the new arguments", () => {
  const ended = run({ is: "closed", outcome: "failed", closedAt: 1 }, old.mark);
  const got = plan(resourceId, asked, recorded({ toldRunId: "last" }), observed(ended), settings);
  expect(got.action.act).toBe("start");
});

test("a run of an older worker, which did not note its options, is not told", () => {
  const got = plan(resourceId, asked, undefined, observed(run(running, ours("old"))), settings);
  expect(got.standing.is).toBe("stale");
});
