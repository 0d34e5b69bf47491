import { fails, holds, type Statement } from "@protomesh/core";
import { expect, test } from "vitest";
import { reportOf, type Known } from "./report.js";
import { emptyTally, type Tally } from "./tally.js";

interface Case {
  readonly title: string;
  readonly known?: Partial<Omit<Known, "tally">>;
  readonly tally?: Partial<Tally>;
  readonly want: readonly Statement[];
  readonly details: Record<string, string>;
}

const accepted = holds("Accepted", "Valid", "it can be carried out");
const pending = (message: string) => fails("Programmed", "Pending", message);
const taken = { reason: "NameTaken", message: "service_name billing belongs to an older service", winnerId: "w" };

test.each<Case>([
  {
    title: "what no node could take is not accepted, and nothing else is said of it",
    known: { violations: [{ field: "listen_port", description: "is 0" }] },
    want: [fails("Accepted", "Invalid", "listen_port is 0")],
    details: {},
  },
  {
    title: "without any node it waits for one",
    want: [accepted, pending("no Envoy is connected")],
    details: { nodes: "0", programmed: "0" },
  },
  {
    title: "without any node of the cluster that it is for",
    known: { nodeCluster: "edge" },
    want: [accepted, pending("no Envoy of cluster edge is connected")],
    details: { nodes: "0", programmed: "0" },
  },
  {
    title: "on all nodes",
    tally: { nodes: 3, programmed: 3 },
    want: [accepted, holds("Programmed", "AllNodes", "programmed on 3 of 3 nodes")],
    details: { nodes: "3", programmed: "3" },
  },
  {
    title: "on the only node",
    tally: { nodes: 1, programmed: 1 },
    want: [accepted, holds("Programmed", "AllNodes", "programmed on 1 of 1 node")],
    details: { nodes: "1", programmed: "1" },
  },
  {
    title: "a node that has not answered is named",
    tally: { nodes: 3, programmed: 2, unanswered: { count: 1, first: "edge-3" } },
    want: [accepted, pending("programmed on 2 of 3 nodes; edge-3 has not answered yet")],
    details: { nodes: "3", programmed: "2" },
  },
  {
    title: "of many the first is named",
    tally: { nodes: 900, programmed: 2, unanswered: { count: 898, first: "edge-3" } },
    want: [accepted, pending("programmed on 2 of 900 nodes; edge-3 and 897 others have not answered yet")],
    details: { nodes: "900", programmed: "2" },
  },
  {
    title: "a node that went away is told from one that has not answered",
    tally: { nodes: 3, programmed: 1, unanswered: { count: 1, first: "edge-2" }, gone: { count: 1, first: "edge-3" } },
    want: [accepted, pending("programmed on 1 of 3 nodes; edge-2 has not answered yet; edge-3 is not connected")],
    details: { nodes: "3", programmed: "1" },
  },
  {
    title: "a rejection is told in the node's words, whatever else is missing",
    tally: {
      nodes: 3,
      programmed: 1,
      unanswered: { count: 1, first: "edge-1" },
      rejected: { count: 1, first: "edge-2", message: "no such file" },
    },
    want: [accepted, fails("Programmed", "Rejected", "edge-2 rejected it: no such file; programmed on 1 of 3 nodes")],
    details: { nodes: "3", programmed: "1", rejected: "1" },
  },
  {
    title: "several nodes reject it",
    tally: { nodes: 2, rejected: { count: 2, first: "edge-1", message: "no" } },
    want: [accepted, fails("Programmed", "Rejected", "edge-1 and 1 other rejected it: no; programmed on 0 of 2 nodes")],
    details: { nodes: "2", programmed: "0", rejected: "2" },
  },
  {
    title: "what lost its name is nowhere",
    known: { obstacles: [taken] },
    tally: { nodes: 2, programmed: 2 },
    want: [accepted, holds("Conflict", "NameTaken", taken.message)],
    details: {},
  },
  {
    title: "what lost one route has the others",
    known: { obstacles: [{ ...taken, reason: "RouteTaken", message: "match_prefix / belongs to an older policy" }] },
    tally: { nodes: 2, programmed: 2 },
    want: [
      accepted,
      holds("Conflict", "RouteTaken", "match_prefix / belongs to an older policy"),
      holds("Programmed", "AllNodes", "programmed on 2 of 2 nodes"),
    ],
    details: { nodes: "2", programmed: "2" },
  },
  {
    title: "what it refers to is not there, and may come",
    known: { obstacles: [{ reason: "ServiceMissing", message: "no service billing" }] },
    tally: { nodes: 2, programmed: 2 },
    want: [accepted, pending("no service billing")],
    details: { nodes: "2", programmed: "0" },
  },
])("reportOf: $title", ({ known = {}, tally = {}, want, details }) => {
  const report = reportOf({
    index: 7n,
    violations: undefined,
    obstacles: [],
    nodeCluster: "",
    ...known,
    tally: { ...emptyTally, ...tally },
  });
  expect(report).toMatchObject({ index: 7n, statements: want });
  expect(report.details ?? {}).toEqual(details);
});
