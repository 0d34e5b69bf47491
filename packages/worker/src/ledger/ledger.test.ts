import { Condition_State, ResourceStatus } from "@protomesh/core/api";
import { describe, expect, test } from "vitest";
import { afterBatch, afterWrites, type Ledger } from "./ledger.js";
import { LedgerAssembly } from "./ledger-batch.js";

function status(resourceId: string, phase: string): ResourceStatus {
  return ResourceStatus.fromPartial({ namespace: "default", resourceId, reporter: "worker", details: { phase } });
}

const removal = (resourceId: string) => ResourceStatus.fromPartial({ resourceId, reporter: "worker" });

function ledgerOf(...statuses: ResourceStatus[]): Ledger {
  return afterBatch(undefined, { reset: true, statuses }).ledger;
}

function phases(ledger: Ledger): Record<string, string | undefined> {
  return Object.fromEntries([...ledger.statuses].map(([id, { details }]) => [id, details["phase"]]));
}

test("a first list is the ledger; a later one forgets what is not in it", () => {
  const before = ledgerOf(status("a", "started"), status("b", "started"));
  const { ledger } = afterBatch(before, { reset: true, statuses: [status("b", "closed")] });
  expect(phases(ledger)).toEqual({ b: "closed" });
});

test("a change touches the resource, a status that says the same does not", () => {
  const before = ledgerOf(status("a", "started"), status("b", "started"));
  const again = { ...status("a", "started"), reportedAt: { seconds: 5n, nanos: 0 } };
  const { touched } = afterBatch(before, { reset: false, statuses: [again, status("b", "closed"), removal("c")] });
  expect(touched).toEqual(["b"]);
});

test("an empty status removes", () => {
  const { ledger, touched } = afterBatch(ledgerOf(status("a", "started")), { reset: false, statuses: [removal("a")] });
  expect(phases(ledger)).toEqual({});
  expect(touched).toEqual(["a"]);
});

describe("our own writes", () => {
  const write = (before: Ledger, phase: string, asOf = before.batches): Ledger =>
    afterWrites(before, [{ status: status("a", phase), asOf }]);
  const written = write(write(ledgerOf(), "intended"), "started");

  test("are known at once", () => {
    expect(phases(written)).toEqual({ a: "started" });
  });

  test("told back late do not bring an older status back", () => {
    const first = afterBatch(written, { reset: false, statuses: [status("a", "intended")] });
    expect(phases(first.ledger)).toEqual({ a: "started" });
    expect(first.touched).toEqual([]);
    const second = afterBatch(first.ledger, { reset: false, statuses: [status("a", "started")] });
    expect(second.touched).toEqual([]);
    expect(second.ledger.unheard.size).toBe(0);
  });

  test("of which only the newest is told back are all heard", () => {
    const { ledger } = afterBatch(written, { reset: false, statuses: [status("a", "started")] });
    expect(ledger.unheard.size).toBe(0);
  });

  test("that are acknowledged after the watch has told something do not hide that: it may be younger", () => {
    const before = ledgerOf();
    const { ledger } = afterBatch(before, { reset: false, statuses: [status("a", "closed")] });
    const acknowledged = write(ledger, "intended", before.batches);
    expect(phases(acknowledged)).toEqual({ a: "closed" });
  });

  test("that the watch tells only then count from then on, and touch nothing", () => {
    const before = ledgerOf();
    const { ledger } = afterBatch(before, { reset: false, statuses: [status("a", "closed")] });
    const acknowledged = write(ledger, "started", before.batches);
    const told = afterBatch(acknowledged, { reset: false, statuses: [status("a", "started")] });
    expect(phases(told.ledger)).toEqual({ a: "started" });
    expect(told.touched).toEqual([]);
  });

  test("give way to what another worker has written since", () => {
    const { ledger, touched } = afterBatch(written, { reset: false, statuses: [status("a", "closed")] });
    expect(phases(ledger)).toEqual({ a: "closed" });
    expect(touched).toEqual(["a"]);
  });
});

test("a list that is not complete is held back", () => {
  const assembly = new LedgerAssembly();
  const page = { removedStatuses: [], endOfList: false, now: undefined };
  expect(assembly.add({ ...page, updatedStatuses: [status("a", "started")] })).toBeUndefined();
  const batch = assembly.add({ ...page, updatedStatuses: [status("b", "started")], endOfList: true });
  expect(batch).toEqual({ reset: true, statuses: [status("a", "started"), status("b", "started")] });
  const condition = {
    type: "Started",
    state: Condition_State.TRUE,
    reason: "",
    message: "",
    lastTransition: undefined,
  };
  const removed = { ...status("a", "x"), conditions: [condition] };
  const next = assembly.add({ ...page, updatedStatuses: [], removedStatuses: [removed] });
  expect(next).toMatchObject({ reset: false, statuses: [{ resourceId: "a", conditions: [], details: {} }] });
});
