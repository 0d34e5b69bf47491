import { statusOf, type StatusPlace } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import type { Standing } from "../plan/action.js";
import type { Recorded } from "../plan/recorded.js";
import { statementsOf } from "./conditions.js";
import { detailsOf } from "./recorded-details.js";

/** Who keeps the ledger, among the reporters of a resource's status: all workers together. It never lapses. */
export const reporter = "worker";

/** What the worker has to say of one resource. */
export interface Report {
  /** The version of the resource that is spoken of. */
  readonly index: bigint;
  readonly recorded: Recorded | undefined;
  readonly standing: Standing;
}

/**
 * A report as the store keeps it.
 *
 * @param before the status that it replaces
 * @param at now, in milliseconds since 1970
 */
export function ledgerStatusOf(
  place: Omit<StatusPlace, "reporter">,
  { index, recorded, standing }: Report,
  before: ResourceStatus | undefined,
  at: number,
): ResourceStatus {
  const details = recorded === undefined ? {} : detailsOf(recorded);
  return statusOf({ ...place, reporter }, { index, statements: statementsOf(standing), details }, before, at);
}
