import { declaredResourceOf, type WatchBatch } from "@protomesh/core";
import { ResourceStatus } from "@protomesh/core/api";
import { processTrigger } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { noSightings } from "../plan/sightings.js";
import { settings } from "../testing/planning.js";
import { applyEvent, declaredIn, emptyWorld, type World, type WorldEvent } from "./world.js";

const trigger = (name: string) => declaredResourceOf(processTrigger({ name }));
const a = trigger("a");
const b = trigger("b");

function resources(fields: Partial<WatchBatch>): WorldEvent {
  return { of: "resources", batch: { reset: false, revision: 9n, history: "h", updated: [], dropped: [], ...fields } };
}

function ledger(statuses: { id: string; index?: bigint; phase?: string }[], reset = true): WorldEvent {
  const told = statuses.map(({ id, index = 1n, phase = "started" }) =>
    ResourceStatus.fromPartial({ resourceId: id, reporter: "worker", observedIndex: index, details: { phase } }),
  );
  return { of: "ledger", batch: { reset, statuses: told } };
}

function after(...events: WorldEvent[]): { world: World; touched: readonly string[] } {
  return events.reduce((change, event) => applyEvent(change.world, event, { temporalNamespace: "default", settings }), {
    world: emptyWorld,
    touched: [] as readonly string[],
  });
}

describe("what is declared of a resource", () => {
  test.each<{ title: string; events: WorldEvent[]; want: string | undefined }>([
    { title: "unknown without the list of resources", events: [ledger([{ id: a.id }])], want: undefined },
    { title: "unknown without the ledger", events: [resources({ reset: true, updated: [a] })], want: undefined },
    {
      title: "a trigger",
      events: [ledger([]), resources({ reset: true, updated: [a] })],
      want: "trigger",
    },
    {
      title: "nothing, after the drop",
      events: [ledger([]), resources({ reset: true, updated: [a] }), resources({ dropped: [a] })],
      want: "absent",
    },
    {
      title: "nothing, when a new list is without it",
      events: [ledger([]), resources({ reset: true, updated: [a] }), resources({ reset: true, updated: [b] })],
      want: "absent",
    },
    {
      title: "nothing, when the ledger alone knows it",
      events: [ledger([{ id: a.id, index: 9n }]), resources({ reset: true, revision: 9n })],
      want: "absent",
    },
    {
      title: "unknown while the ledger is ahead of the watch",
      events: [ledger([{ id: a.id, index: 10n }]), resources({ reset: true, revision: 9n })],
      want: undefined,
    },
  ])("$title", ({ events, want }) => {
    expect(declaredIn(after(...events).world, a.id)?.is).toBe(want);
  });
});

describe("what is planned again", () => {
  const known = [ledger([{ id: b.id }]), resources({ reset: true, updated: [a] })];

  test.each<{ title: string; event: WorldEvent; want: string[] }>([
    { title: "everything, as time goes by", event: { of: "time", sightings: noSightings }, want: [a.id, b.id] },
    { title: "what has changed", event: resources({ updated: [b] }), want: [b.id] },
    { title: "what was dropped", event: resources({ dropped: [a] }), want: [a.id] },
    { title: "nothing, after a bookmark", event: resources({}), want: [] },
    { title: "everything, after a new list", event: resources({ reset: true, updated: [] }), want: [b.id] },
    { title: "what another worker has recorded", event: ledger([{ id: a.id }], false), want: [a.id] },
    { title: "nothing, after our own writes", event: { of: "writes", writes: [] }, want: [] },
  ])("$title", ({ event, want }) => {
    expect([...after(...known, event).touched].sort()).toEqual([...want].sort());
  });
});

test("a spec that cannot be carried out is invalid, and not absent", () => {
  const broken = declaredResourceOf(processTrigger({ name: "a", spec: { jsonArguments: "{" } }));
  const { world } = after(ledger([]), resources({ reset: true, updated: [broken] }));
  const declared = declaredIn(world, broken.id);
  expect(declared?.is).toBe("invalid");
});
