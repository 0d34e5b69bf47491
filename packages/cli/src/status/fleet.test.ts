import { instanceResourceId } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import { describe, expect, test } from "vitest";
import type { Statuses } from "../client/watch-statuses.js";
import { fleetOf, isHeard } from "./fleet.js";

const heardAtMs = 1_000_000;

function record(reporter: string, details: Readonly<Record<string, string>> = {}): ResourceStatus {
  return {
    namespace: "default",
    resourceId: instanceResourceId,
    reporter,
    observedIndex: 7n,
    conditions: [],
    details,
    reportedAt: { seconds: BigInt(heardAtMs / 1000), nanos: 0 },
  };
}

function statuses(clockAheadMs: number, ...records: readonly ResourceStatus[]): Statuses {
  return { byResource: new Map([[instanceResourceId, records]]), clockAheadMs };
}

describe("an instance that was last heard", () => {
  test.each([
    { title: "30 s ago is heard", agoMs: 30_000, clockAheadMs: 0, isLapsed: false },
    { title: "longer ago is not", agoMs: 30_001, clockAheadMs: 0, isLapsed: true },
    {
      title: "just now, by a store whose clock is a minute ahead, is heard",
      agoMs: -60_000,
      clockAheadMs: 60_000,
      isLapsed: false,
    },
    {
      title: "a minute ago, by a store whose clock is behind, is not",
      agoMs: 90_000,
      clockAheadMs: -30_000,
      isLapsed: true,
    },
  ])("$title", ({ agoMs, clockAheadMs, isLapsed }) => {
    const fleet = fleetOf(statuses(clockAheadMs, record("xds/a")), heardAtMs + agoMs);
    expect(fleet.get("xds/a")?.isLapsed).toBe(isLapsed);
    expect(isHeard(fleet, "xds/a")).toBe(!isLapsed);
  });
});

test("an instance that does not speak of itself is not heard, a ledger always", () => {
  const fleet = fleetOf(statuses(0), heardAtMs);
  expect(isHeard(fleet, "gateway/a")).toBe(false);
  expect(isHeard(fleet, "worker")).toBe(true);
});

test("an instance tells of its Envoys, and of what is no such record nothing", () => {
  const told = [{ id: "edge-1", cluster: "edge", transport: "delta ads", revision: 12 }, "?", { id: 7, revision: "x" }];
  const fleet = fleetOf(
    statuses(0, record("xds/a", { connected: "2", nodes: JSON.stringify(told) }), record("xds/b", { nodes: "{" })),
    heardAtMs,
  );
  expect(fleet.get("xds/a")?.envoys).toEqual([
    { id: "edge-1", cluster: "edge", transport: "delta ads", revision: 12n, gone: undefined, rejection: undefined },
    { id: "", cluster: "", transport: "", revision: undefined, gone: undefined, rejection: undefined },
  ]);
  expect(fleet.get("xds/a")?.details).toEqual({ connected: "2" });
  expect(fleet.get("xds/b")?.envoys).toEqual([]);
});
