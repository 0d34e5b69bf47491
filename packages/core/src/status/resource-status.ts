import { isDeepStrictEqual } from "node:util";
import type { Condition, ResourceStatus, Timestamp } from "../api.js";
import type { Statement } from "./statement.js";

/** What a component has to say of one version of a resource. */
export interface StatusReport {
  /** The `version.index` that is spoken of. */
  readonly index: bigint;
  readonly statements: readonly Statement[];
  /** What the reporter wants to remember, or to tell programs. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Whose status of what. */
export interface StatusPlace {
  readonly namespace: string;
  readonly resourceId: string;
  readonly reporter: string;
}

/**
 * A report as the store keeps it. A statement that already held keeps the time since which it holds.
 *
 * @param before the status that it replaces
 * @param at now, in milliseconds since 1970
 */
export function statusOf(
  place: StatusPlace,
  { index, statements, details = {} }: StatusReport,
  before: ResourceStatus | undefined,
  at: number,
): ResourceStatus {
  const conditions = statements.map((statement): Condition => {
    const held = before?.conditions.find(({ type, state }) => type === statement.type && state === statement.state);
    return { ...statement, lastTransition: held?.lastTransition ?? timestampOf(at) };
  });
  return { ...place, observedIndex: index, conditions, details: { ...details }, reportedAt: undefined };
}

/** What takes a status away: one that says nothing. */
export function removalOf(place: StatusPlace): ResourceStatus {
  return { ...place, observedIndex: 0n, conditions: [], details: {}, reportedAt: undefined };
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
export function saysNothing({ conditions, details }: Pick<ResourceStatus, "conditions" | "details">): boolean {
  return conditions.length === 0 && Object.keys(details).length === 0;
}

function statementOf({ type, state, reason, message }: Condition): Statement {
  return { type, state, reason, message };
}

function timestampOf(at: number): Timestamp {
  return { seconds: BigInt(Math.floor(at / 1_000)), nanos: (at % 1_000) * 1_000_000 };
}
