import { Condition_State, type Condition, type ResourceStatus } from "@protomesh/core/api";
import { expect, test } from "vitest";
import type { Fleet, Instance } from "./fleet.js";
import { standingOf, type Standing } from "./standing.js";

function condition(type: string, state: "TRUE" | "FALSE" | "UNKNOWN", reason: string): Condition {
  const message = `${type} ${reason}`.toLowerCase();
  return { type, state: Condition_State[state], reason, message, lastTransition: undefined };
}

function status(reporter: string, observedIndex: bigint, ...conditions: readonly Condition[]): ResourceStatus {
  return {
    namespace: "default",
    resourceId: "id",
    reporter,
    observedIndex,
    conditions: [...conditions],
    details: {},
    reportedAt: undefined,
  };
}

/** A status with what it counts. */
function counted(programmed: number, nodes: number, of: ResourceStatus): ResourceStatus {
  return { ...of, details: { nodes: String(nodes), programmed: String(programmed) } };
}

function instance(reporter: string, more: Partial<Instance> = {}): Instance {
  return { reporter, revision: 9n, heardAtMs: 0, isLapsed: false, details: {}, envoys: [], ...more };
}

function fleet(...instances: readonly Instance[]): Fleet {
  return new Map(instances.map((one) => [one.reporter, one]));
}

const allNodes = condition("Programmed", "TRUE", "AllNodes");
const pending = condition("Programmed", "FALSE", "Pending");
const accepted = condition("Accepted", "TRUE", "Valid");

interface Case {
  readonly title: string;
  readonly kind: string;
  readonly statuses: readonly ResourceStatus[];
  readonly fleet?: Fleet;
  readonly want: Standing;
}

test.each<Case>([
  {
    title: "nobody has reported",
    kind: "service",
    statuses: [],
    want: { is: "waiting", says: ["xds: has not reported it, and no instance is known"] },
  },
  {
    title: "a component that does not act on it counts for nothing",
    kind: "service",
    statuses: [status("worker", 7n, accepted)],
    want: { is: "waiting", says: ["xds: has not reported it, and no instance is known"] },
  },
  {
    title: "workers live, and none has come so far",
    kind: "process_trigger",
    statuses: [],
    fleet: fleet(instance("worker/a")),
    want: { is: "waiting", says: ["worker: has not reported it"] },
  },
  { title: "a foreign kind", kind: "acme.v1.Widget", statuses: [], want: { is: "nobody", says: [] } },
  {
    title: "an older version",
    kind: "service",
    statuses: [status("xds", 6n, accepted, condition("Programmed", "TRUE", "AllNodes"))],
    want: { is: "waiting", says: ["xds: is at revision 6 of it"] },
  },
  {
    title: "programmed",
    kind: "service",
    statuses: [status("xds", 7n, accepted, condition("Programmed", "TRUE", "AllNodes"))],
    want: { is: "live", says: ["xds: programmed allnodes"] },
  },
  {
    title: "a newer version is live too",
    kind: "service",
    statuses: [status("xds", 8n, accepted, condition("Programmed", "TRUE", "AllNodes"))],
    want: { is: "live", says: ["xds: programmed allnodes"] },
  },
  {
    title: "some nodes are missing",
    kind: "service",
    statuses: [status("xds", 7n, accepted, condition("Programmed", "FALSE", "Pending"))],
    want: { is: "waiting", says: ["xds: programmed pending"] },
  },
  {
    title: "a node rejects it",
    kind: "service",
    statuses: [status("xds", 7n, accepted, condition("Programmed", "FALSE", "Rejected"))],
    want: { is: "failed", says: ["xds: programmed rejected"] },
  },
  {
    title: "one of two gateways is behind",
    kind: "gateway_policy",
    statuses: [
      status("gateway/a", 7n, accepted, condition("Programmed", "TRUE", "Serving")),
      status("gateway/b", 6n, accepted, condition("Programmed", "TRUE", "Serving")),
    ],
    fleet: fleet(instance("gateway/a"), instance("gateway/b")),
    want: {
      is: "waiting",
      says: ["gateway/a: programmed serving", "gateway/b: is at revision 6 of it"],
      on: { count: 1, of: 2 },
    },
  },
  {
    title: "both gateways say the same",
    kind: "gateway_policy",
    statuses: [
      status("gateway/a", 7n, condition("Programmed", "TRUE", "Serving")),
      status("gateway/b", 7n, condition("Programmed", "TRUE", "Serving")),
    ],
    fleet: fleet(instance("gateway/a"), instance("gateway/b")),
    want: { is: "live", says: ["gateway, all 2: programmed serving"], on: { count: 2, of: 2 } },
  },
  {
    title: "nodes are added up over the servers",
    kind: "service",
    statuses: [counted(3, 3, status("xds/a", 7n, allNodes)), counted(2, 2, status("xds/b", 7n, allNodes))],
    fleet: fleet(instance("xds/a"), instance("xds/b")),
    want: { is: "live", says: ["xds: programmed on 5 of 5 nodes, by 2 servers"], on: { count: 5, of: 5 } },
  },
  {
    title: "one server's nodes are missing",
    kind: "service",
    statuses: [counted(3, 3, status("xds/a", 7n, allNodes)), counted(1, 2, status("xds/b", 7n, pending))],
    fleet: fleet(instance("xds/a"), instance("xds/b")),
    want: {
      is: "waiting",
      says: ["xds/a: programmed allnodes", "xds/b: programmed pending"],
      on: { count: 4, of: 5 },
    },
  },
  {
    title: "a server without nodes holds nobody up",
    kind: "service",
    statuses: [counted(3, 3, status("xds/a", 7n, allNodes)), counted(0, 0, status("xds/b", 7n, pending))],
    fleet: fleet(instance("xds/a"), instance("xds/b"), instance("xds/c", { details: { connected: "0", gone: "0" } })),
    want: { is: "live", says: ["xds/a: programmed allnodes"], on: { count: 3, of: 3 } },
  },
  {
    title: "no server has nodes",
    kind: "service",
    statuses: [counted(0, 0, status("xds/a", 7n, pending))],
    fleet: fleet(instance("xds/a")),
    want: { is: "waiting", says: ["xds/a: programmed pending"], on: { count: 0, of: 0 } },
  },
  {
    title: "a server lives that has not spoken of it",
    kind: "service",
    statuses: [counted(3, 3, status("xds/a", 7n, allNodes))],
    fleet: fleet(instance("xds/a"), instance("xds/b", { revision: 6n }), instance("xds/c")),
    want: {
      is: "waiting",
      says: ["xds/a: programmed allnodes", "xds/b: is at revision 6", "xds/c: has not reported it"],
    },
  },
  {
    title: "what a server said that is gone is passed over",
    kind: "service",
    statuses: [
      counted(3, 3, status("xds/a", 7n, allNodes)),
      counted(0, 2, status("xds/b", 7n, condition("Programmed", "FALSE", "Rejected"))),
      counted(0, 2, status("xds/c", 6n, pending)),
    ],
    fleet: fleet(instance("xds/a"), instance("xds/b", { isLapsed: true })),
    want: { is: "live", says: ["xds/a: programmed allnodes"], on: { count: 3, of: 3 } },
  },
  {
    title: "all that reported it are gone",
    kind: "service",
    statuses: [counted(3, 3, status("xds/a", 7n, allNodes))],
    fleet: fleet(instance("xds/a", { isLapsed: true })),
    want: { is: "waiting", says: ["xds: has not reported it; xds/a did, and is gone"] },
  },
  {
    title: "workers keep one ledger, whichever of them live",
    kind: "process_trigger",
    statuses: [status("worker", 7n, condition("Started", "TRUE", "Running"))],
    fleet: fleet(instance("worker/a"), instance("worker/b", { isLapsed: true })),
    want: { is: "live", says: ["worker: started running"] },
  },
  {
    title: "a workflow starts",
    kind: "process_trigger",
    statuses: [status("worker", 7n, accepted, condition("Started", "FALSE", "Starting"))],
    want: { is: "waiting", says: ["worker: started starting"] },
  },
  {
    title: "a workflow runs",
    kind: "process_trigger",
    statuses: [status("worker", 7n, accepted, condition("Started", "TRUE", "Running"))],
    want: { is: "live", says: ["worker: started running"] },
  },
  {
    title: "somebody else's workflow is in the way",
    kind: "process_trigger",
    statuses: [
      status(
        "worker",
        7n,
        accepted,
        condition("Started", "FALSE", "Conflict"),
        condition("Conflict", "TRUE", "ForeignWorkflow"),
      ),
    ],
    want: { is: "failed", says: ["worker: conflict foreignworkflow"] },
  },
  {
    title: "a declaration that nobody can serve",
    kind: "process_trigger",
    statuses: [status("worker", 7n, condition("Accepted", "FALSE", "Invalid"))],
    want: { is: "failed", says: ["worker: accepted invalid"] },
  },
])("$title", ({ kind, statuses, fleet: there = fleet(), want }) => {
  expect(standingOf({ kind, index: 7n }, statuses, there)).toEqual(want);
});
