import { isDeepStrictEqual } from "node:util";
import type { Condition, ResourceStatus, Timestamp } from "@protomesh/core/api";
import type { Standing } from "../plan/action.js";
import type { Recorded } from "../plan/recorded.js";
import { statementsOf } from "./conditions.js";
import { detailsOf } from "./recorded-details.js";

/** Who reports, among the reporters of a resource's status. */
export const reporter = "worker";

/** What the worker has to say of one resource. */
export interface Report {
  readonly namespace: string;
  readonly resourceId: string;
  /** The version of the resource that is spoken of. */
  readonly index: bigint;
  readonly recorded: Recorded | undefined;
  readonly standing: Standing;
}

/**
 * A report as the store keeps it. A statement that already held keeps the time since which it holds.
 *
 * @param before the status that it replaces
 * @param at now, in milliseconds since 1970
 */
export function statusOf(report: Report, before: ResourceStatus | undefined, at: number): ResourceStatus {
  const { namespace, resourceId, index, recorded, standing } = report;
  const conditions = statementsOf(standing).map((statement): Condition => {
    const held = before?.conditions.find(({ type, state }) => type === statement.type && state === statement.state);
    return { ...statement, lastTransition: held?.lastTransition ?? timestampOf(at) };
  });
  const details = recorded === undefined ? {} : detailsOf(recorded);
  return { namespace, resourceId, reporter, observedIndex: index, conditions, details, reportedAt: undefined };
}

/** Whether two statuses say the same, whenever they were reported. */
export function sayTheSame(a: ResourceStatus, b: ResourceStatus): boolean {
  return (
    a.observedIndex === b.observedIndex &&
    isDeepStrictEqual({ ...a.details }, { ...b.details }) &&
    isDeepStrictEqual(a.conditions.map(statementOf), b.conditions.map(statementOf))
  );
}

/** Whether a status says nothing, and so is no longer kept. */
export function isEmpty({ conditions, details }: ResourceStatus): boolean {
  return conditions.length === 0 && Object.keys(details).length === 0;
}

function statementOf({ type, state, reason, message }: Condition): object {
  return { type, state, reason, message };
}

function timestampOf(at: number): Timestamp {
  return { seconds: BigInt(Math.floor(at / 1_000)), nanos: (at % 1_000) * 1_000_000 };
}
