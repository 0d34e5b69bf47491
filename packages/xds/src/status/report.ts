import { fails, holds, type Statement, type StatusReport, type Violation } from "@protomesh/core";
import type { NodeCount, Tally } from "./tally.js";

/** What stands in the way of a declaration. */
export interface Obstacle {
  readonly reason: string;
  readonly message: string;
  /** The resource that has what is claimed; undefined: what is referred to is not there, and may come. */
  readonly winnerId?: string;
}

/** All that is known of a declared resource. */
export interface Known {
  readonly index: bigint;
  /** Why no node could take it. */
  readonly violations: readonly Violation[] | undefined;
  readonly obstacles: readonly Obstacle[];
  /** The one node cluster whose nodes are to have it; empty: all. */
  readonly nodeCluster: string;
  readonly tally: Tally;
}

/** What loses its name or its port is nowhere; what loses one route of several has the others. */
const total: ReadonlySet<string> = new Set(["NameTaken", "PortTaken"]);

/** What is to be said of a declared resource. Pure; see docs/status.md. */
export function reportOf({ index, violations, obstacles, nodeCluster, tally }: Known): StatusReport {
  if (violations !== undefined) {
    const message = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    return { index, statements: [fails("Accepted", "Invalid", message)] };
  }
  const impossible = obstacles.filter(({ reason }) => reason === "DomainNotScoped");
  if (impossible.length > 0) return { index, statements: [fails("Accepted", "Invalid", messagesOf(impossible))] };
  const statements = [holds("Accepted", "Valid", "it can be carried out")];
  const lost = obstacles.filter(({ winnerId }) => winnerId !== undefined);
  const [firstLost] = lost;
  if (firstLost !== undefined) statements.push(holds("Conflict", firstLost.reason, messagesOf(lost)));
  if (lost.some(({ reason }) => total.has(reason))) return { index, statements };
  const missing = obstacles.filter(({ winnerId }) => winnerId === undefined);
  if (missing.length > 0) {
    // Where it stands it does not do all that it says, and so counts nowhere.
    statements.push(pending(messagesOf(missing)));
    return { index, statements, details: countsOf({ ...tally, programmed: 0 }) };
  }
  statements.push(programmed(tally, nodeCluster));
  return { index, statements, details: countsOf(tally) };
}

function programmed(tally: Tally, nodeCluster: string): Statement {
  const { nodes, unanswered, gone, rejected } = tally;
  if (nodes === 0) return pending(`no Envoy${nodeCluster === "" ? "" : ` of cluster ${nodeCluster}`} is connected`);
  const count = `programmed on ${tally.programmed} of ${nodes} ${nodes === 1 ? "node" : "nodes"}`;
  if (rejected.count > 0) {
    return fails("Programmed", "Rejected", `${namesOf(rejected)} rejected it: ${rejected.message}; ${count}`);
  }
  const open = [
    ...(unanswered.count > 0 ? [`${namesOf(unanswered)} ${verb(unanswered, "has", "have")} not answered yet`] : []),
    ...(gone.count > 0 ? [`${namesOf(gone)} ${verb(gone, "is", "are")} not connected`] : []),
  ];
  return open.length === 0 ? holds("Programmed", "AllNodes", count) : pending([count, ...open].join("; "));
}

function pending(message: string): Statement {
  return fails("Programmed", "Pending", message);
}

/** For programs, which can add them up over the instances that report. */
function countsOf({ nodes, programmed: taken, rejected }: Tally): Readonly<Record<string, string>> {
  return {
    nodes: `${nodes}`,
    programmed: `${taken}`,
    ...(rejected.count > 0 && { rejected: `${rejected.count}` }),
  };
}

function messagesOf(obstacles: readonly Obstacle[]): string {
  return [...new Set(obstacles.map(({ message }) => message))].join("; ");
}

function namesOf({ first, count }: NodeCount): string {
  const name = first === "" ? "a node without id" : first;
  return count === 1 ? name : `${name} and ${count - 1} ${count === 2 ? "other" : "others"}`;
}

function verb({ count }: NodeCount, one: string, several: string): string {
  return count === 1 ? one : several;
}
