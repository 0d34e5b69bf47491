import { Condition_State } from "@protomesh/core/api";
import type { Run } from "../plan/observed.js";
import type { Standing } from "../plan/action.js";

/** A statement about a resource, before it is known since when it holds. */
export interface Statement {
  readonly type: "Accepted" | "Started" | "Conflict";
  readonly state: Condition_State;
  readonly reason: string;
  readonly message: string;
}

/** What a standing says to people; the same words from every worker. */
export function statementsOf(standing: Standing): readonly Statement[] {
  switch (standing.is) {
    case "dropped":
      return [];
    case "invalid":
      return [no("Accepted", "Invalid", standing.violations.map((v) => `${v.field}: ${v.description}`).join("; "))];
    case "refused":
      return [no("Accepted", "Refused", `Temporal refused the start: ${standing.reason}`)];
    case "starting":
      return [accepted, no("Started", "Starting", "the start is under way")];
    case "running":
      return [accepted, yes("Started", "Running", "the workflow runs")];
    case "done":
      return [accepted, yes("Started", capitalised(standing.outcome), doneText(standing.outcome))];
    case "restarting": {
      const next = new Date(standing.until).toISOString();
      return [
        accepted,
        no("Started", "Restarting", `the run ended (${standing.outcome}); the next start is at ${next}`),
      ];
    }
    case "stale":
      return [
        accepted,
        no("Started", "Stale", `waits for the run of an older version to close: ${runText(standing.run)}`),
      ];
    case "conflict":
      return [
        accepted,
        no("Started", "Conflict", "somebody else's workflow holds the workflow id"),
        yes("Conflict", "ForeignWorkflow", `the workflow id is held by ${runText(standing.run)}`),
      ];
  }
}

const accepted: Statement = yes("Accepted", "Valid", "the declaration is valid");

function yes(type: Statement["type"], reason: string, message: string): Statement {
  return { type, state: Condition_State.TRUE, reason, message };
}

function no(type: Statement["type"], reason: string, message: string): Statement {
  return { type, state: Condition_State.FALSE, reason, message };
}

function doneText(outcome: string): string {
  return outcome === "unknown" ? "it ran, and Temporal does not know the run any more" : `the run ended: ${outcome}`;
}

function runText({ runId, workflowType, mark, startedAt }: Run): string {
  const owner = mark === undefined ? "nobody known" : `${mark.owner}, resource ${mark.resourceId}`;
  return `${workflowType} (run ${runId}, of ${owner}, since ${new Date(startedAt).toISOString()})`;
}

function capitalised(outcome: string): string {
  return outcome
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
