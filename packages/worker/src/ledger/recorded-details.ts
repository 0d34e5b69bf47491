import { isOnDrop } from "../plan/on-drop.js";
import { isOutcome } from "../plan/observed.js";
import type { Phase, Recorded } from "../plan/recorded.js";

type Details = Readonly<Record<string, string>>;

/** The ledger's entry as the details of a resource's status. */
export function detailsOf(recorded: Recorded): Record<string, string> {
  const { specHash, address, onDrop, carrier, restarts, previousRunId, previousOutcome, toldRunId, phase } = recorded;
  return {
    spec_hash: specHash,
    temporal_namespace: address.namespace,
    workflow_id: address.workflowId,
    on_drop: onDrop,
    ...(carrier !== "workflow" && { carrier }),
    ...(restarts > 0 && { restarts: String(restarts) }),
    ...(previousRunId !== undefined && { previous_run_id: previousRunId }),
    ...(previousOutcome !== undefined && { previous_outcome: previousOutcome }),
    ...(toldRunId !== undefined && { told_run_id: toldRunId }),
    ...phaseDetails(phase),
  };
}

function phaseDetails(phase: Phase): Record<string, string> {
  switch (phase.is) {
    case "intended":
    case "scheduled":
      return { phase: phase.is };
    case "started":
      return { phase: phase.is, first_run_id: phase.firstRunId };
    case "closed":
      return {
        phase: phase.is,
        first_run_id: phase.firstRunId,
        outcome: phase.outcome,
        closed_at: new Date(phase.closedAt).toISOString(),
      };
    case "refused":
      return { phase: phase.is, reason: phase.reason };
  }
}

/**
 * The ledger's entry in the details of a status.
 *
 * @param index the version of the resource that the status speaks of
 * @returns undefined where there is none
 */
export function recordedOf(index: bigint, details: Details): Recorded | undefined {
  const onDrop = details["on_drop"];
  const previousOutcome = details["previous_outcome"];
  const phase = phaseOf(details);
  const { spec_hash: specHash, temporal_namespace: namespace, workflow_id: workflowId } = details;
  if (specHash === undefined || namespace === undefined || workflowId === undefined) return undefined;
  if (!isOnDrop(onDrop) || phase === undefined) return undefined;
  return {
    index,
    specHash,
    address: { namespace, workflowId },
    onDrop,
    carrier: details["carrier"] === "schedule" ? "schedule" : "workflow",
    restarts: Number.parseInt(details["restarts"] ?? "0", 10),
    previousRunId: details["previous_run_id"],
    previousOutcome: isOutcome(previousOutcome) ? previousOutcome : undefined,
    toldRunId: details["told_run_id"],
    phase,
  };
}

function phaseOf(details: Details): Phase | undefined {
  const { phase, first_run_id: firstRunId, outcome, closed_at: closedAt, reason } = details;
  if (phase === "intended" || phase === "scheduled") return { is: phase };
  if (phase === "refused") return { is: phase, reason: reason ?? "" };
  if (firstRunId === undefined) return undefined;
  if (phase === "started") return { is: phase, firstRunId };
  if (phase !== "closed" || !isOutcome(outcome)) return undefined;
  return { is: phase, firstRunId, outcome, closedAt: Date.parse(closedAt ?? "") || 0 };
}
