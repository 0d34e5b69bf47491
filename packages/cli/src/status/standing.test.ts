import { Condition_State, type Condition, type ResourceStatus } from "@protomesh/core/api";
import { expect, test } from "vitest";
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

const accepted = condition("Accepted", "TRUE", "Valid");

interface Case {
  readonly title: string;
  readonly kind: string;
  readonly statuses: readonly ResourceStatus[];
  readonly want: Standing;
}

test.each<Case>([
  {
    title: "nobody has reported",
    kind: "service",
    statuses: [],
    want: { is: "waiting", says: ["xds: has not reported it"] },
  },
  {
    title: "a component that does not act on it counts for nothing",
    kind: "service",
    statuses: [status("worker", 7n, accepted)],
    want: { is: "waiting", says: ["xds: has not reported it"] },
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
    want: { is: "waiting", says: ["gateway/a: programmed serving", "gateway/b: is at revision 6 of it"] },
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
])("$title", ({ kind, statuses, want }) => {
  expect(standingOf({ kind, index: 7n }, statuses)).toEqual(want);
});
