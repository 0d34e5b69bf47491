import { ApplyResult_Outcome } from "@protomesh/core/api";

/** What became of a resource, in words for people and scripts. */
export type Outcome = "created" | "changed" | "unchanged" | "dropped" | "absent";

const words: Readonly<Partial<Record<ApplyResult_Outcome, Outcome>>> = {
  [ApplyResult_Outcome.CREATED]: "created",
  [ApplyResult_Outcome.CHANGED]: "changed",
  [ApplyResult_Outcome.UNCHANGED]: "unchanged",
  [ApplyResult_Outcome.DROPPED]: "dropped",
  [ApplyResult_Outcome.ABSENT]: "absent",
};

/** @returns undefined for an outcome that a newer store may have */
export function outcomeOf(outcome: ApplyResult_Outcome): Outcome | undefined {
  return words[outcome];
}
