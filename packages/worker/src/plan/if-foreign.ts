import { Trigger_IfForeignAction, type Trigger } from "@protomesh/core/api";

/** What is done about a foreign workflow that holds the declared workflow id. */
export type IfForeign = "as-set" | "leave" | "terminate" | "adopt";

/** @returns undefined for an action that this version does not know */
export function ifForeignOf(trigger: Trigger): IfForeign | undefined {
  switch (trigger.ifForeignAction) {
    case Trigger_IfForeignAction.IF_FOREIGN_UNDEFINED:
      return "as-set";
    case Trigger_IfForeignAction.IF_FOREIGN_LEAVE:
      return "leave";
    case Trigger_IfForeignAction.IF_FOREIGN_TERMINATE:
      return "terminate";
    case Trigger_IfForeignAction.IF_FOREIGN_ADOPT:
      return "adopt";
    case Trigger_IfForeignAction.UNRECOGNIZED:
      return undefined;
  }
}
