import { Trigger_OnDropAction, type Trigger } from "@protomesh/core/api";

/** What becomes of a run when nothing declares it any more. */
export type OnDrop = "nothing" | "cancel" | "terminate";

/** @returns undefined for an action that this version does not know */
export function onDropOf(trigger: Trigger): OnDrop | undefined {
  switch (trigger.onDrop?.value) {
    case undefined:
    case Trigger_OnDropAction.ON_DROP_DO_NOTHING:
      return "nothing";
    case Trigger_OnDropAction.ON_DROP_CANCEL:
      return "cancel";
    case Trigger_OnDropAction.ON_DROP_TERMINATE:
      return "terminate";
    case Trigger_OnDropAction.UNRECOGNIZED:
      return undefined;
  }
}

export function isOnDrop(value: string | undefined): value is OnDrop {
  return value === "nothing" || value === "cancel" || value === "terminate";
}
