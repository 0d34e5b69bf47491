/** What the operator decides for all triggers. */
export interface PlanSettings {
  /** Whose workflows are ours; part of the memo and of the request ids. */
  readonly owner: string;
  /** Under IF_RUNNING_OVERLAP, terminate a foreign run that holds the workflow id. */
  readonly takesOverForeignRuns: boolean;
  /** Under IF_RUNNING_OVERLAP, start an unsuccessful workflow again, as IF_RUNNING_ABORT does. */
  readonly restartsOverlapping: boolean;
}
