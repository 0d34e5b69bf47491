import { expect, test } from "vitest";
import type { Recorded } from "../plan/recorded.js";
import { detailsOf, recordedOf } from "./recorded-details.js";

const recorded: Recorded = {
  index: 7n,
  specHash: "hash",
  address: { namespace: "default", workflowId: "nightly" },
  onDrop: "cancel",
  carrier: "workflow",
  restarts: 0,
  previousRunId: undefined,
  phase: { is: "intended" },
};

test.each<{ title: string; entry: Recorded; details: Record<string, string> }>([
  { title: "an intent", entry: recorded, details: { phase: "intended" } },
  {
    title: "a restart",
    entry: {
      ...recorded,
      restarts: 3,
      previousRunId: "before",
      previousOutcome: "failed",
      phase: { is: "started", firstRunId: "first" },
    },
    details: {
      phase: "started",
      first_run_id: "first",
      restarts: "3",
      previous_run_id: "before",
      previous_outcome: "failed",
    },
  },
  {
    title: "a run that was told of the version",
    entry: { ...recorded, toldRunId: "last", phase: { is: "started", firstRunId: "first" } },
    details: { phase: "started", first_run_id: "first", told_run_id: "last" },
  },
  {
    title: "a schedule",
    entry: { ...recorded, carrier: "schedule", phase: { is: "scheduled" } },
    details: { phase: "scheduled", carrier: "schedule" },
  },
  {
    title: "an end",
    entry: {
      ...recorded,
      phase: { is: "closed", firstRunId: "first", outcome: "timed-out", closedAt: Date.UTC(2026, 0, 2) },
    },
    details: { phase: "closed", first_run_id: "first", outcome: "timed-out", closed_at: "2026-01-02T00:00:00.000Z" },
  },
  {
    title: "a refusal",
    entry: { ...recorded, phase: { is: "refused", reason: "bad cron" } },
    details: { phase: "refused", reason: "bad cron" },
  },
])("the ledger keeps $title in the details, and reads it back", ({ entry, details }) => {
  const written = detailsOf(entry);
  expect(written).toEqual({
    spec_hash: "hash",
    temporal_namespace: "default",
    workflow_id: "nightly",
    on_drop: "cancel",
    ...details,
  });
  expect(recordedOf(7n, written)).toEqual(entry);
});

test.each([
  { title: "no details", details: {} },
  { title: "no phase", details: { ...detailsOf(recorded), phase: "" } },
  { title: "no run", details: { ...detailsOf(recorded), phase: "started" } },
  { title: "an unknown on_drop", details: { ...detailsOf(recorded), on_drop: "ask" } },
  {
    title: "an unknown outcome",
    details: { ...detailsOf(recorded), phase: "closed", first_run_id: "a", outcome: "?" },
  },
])("$title: no entry", ({ details }) => {
  expect(recordedOf(7n, details)).toBeUndefined();
});
