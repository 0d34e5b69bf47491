import { fails, holds, type Statement } from "@protomesh/core";
import type { Standing } from "../plan/action.js";
import type { Mark, Run } from "../plan/observed.js";

/** What a standing says to people; the same words from every worker. */
export function statementsOf(standing: Standing): readonly Statement[] {
  switch (standing.is) {
    case "dropped":
      return [];
    case "invalid":
      return [fails("Accepted", "Invalid", standing.violations.map((v) => `${v.field}: ${v.description}`).join("; "))];
    case "refused":
      return [fails("Accepted", "Refused", `Temporal refuses this: ${standing.reason}`)];
    case "starting":
      return [accepted, fails("Started", "Starting", "the start is under way")];
    case "running":
      return [accepted, holds("Started", "Running", "the workflow runs")];
    case "scheduled":
      return [accepted, scheduled(standing.paused)];
    case "ending":
      return [accepted, fails("Started", "Ending", "what an older version left is being ended")];
    case "failing":
      return [accepted, fails("Started", "Failing", `tried again and again, with growing waits: ${standing.reason}`)];
    case "done":
      return [accepted, holds("Started", capitalised(standing.outcome), doneText(standing.outcome))];
    case "restarting": {
      const next = new Date(standing.until).toISOString();
      const text = `the run ended (${standing.outcome}); the next start is at ${next}`;
      return [accepted, fails("Started", "Restarting", text)];
    }
    case "stale": {
      const text = `waits for the run of an older version to close: ${runText(standing.run)}`;
      return [accepted, fails("Started", "Stale", text)];
    }
    case "conflict":
      return [
        accepted,
        fails("Started", "Conflict", "somebody else's workflow holds the workflow id"),
        holds("Conflict", "ForeignWorkflow", `the workflow id is held by ${runText(standing.run)}`),
      ];
    case "schedule-conflict":
      return [
        accepted,
        fails("Started", "Conflict", "somebody else's schedule holds the id"),
        holds("Conflict", "ForeignSchedule", `the id is held by a schedule of ${ownerText(standing.schedule.mark)}`),
      ];
  }
}

const accepted: Statement = holds("Accepted", "Valid", "the declaration is valid");

function scheduled(paused: string | undefined): Statement {
  if (paused === undefined) return holds("Started", "Scheduled", "a schedule starts the workflow");
  return fails("Started", "Paused", `the schedule is paused: ${paused === "" ? "nobody says why" : paused}`);
}

function doneText(outcome: string): string {
  return outcome === "unknown" ? "it ran, and Temporal does not know the run any more" : `the run ended: ${outcome}`;
}

function runText({ runId, workflowType, mark, startedAt }: Run): string {
  return `${workflowType} (run ${runId}, of ${ownerText(mark)}, since ${new Date(startedAt).toISOString()})`;
}

function ownerText(mark: Mark | undefined): string {
  return mark === undefined ? "nobody known" : `${mark.owner}, resource ${mark.resourceId}`;
}

function capitalised(outcome: string): string {
  return outcome
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
