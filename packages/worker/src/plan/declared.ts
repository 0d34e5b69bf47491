import { validateSpec, type DeclaredResource, type Violation } from "@protomesh/core";
import { Trigger_IfRunningAction, type Trigger } from "@protomesh/core/api";
import type { Address } from "./address.js";
import { ifForeignOf, type IfForeign } from "./if-foreign.js";
import { onDropOf, type OnDrop } from "./on-drop.js";
import { scheduleOptionsOf, type ScheduleOptions } from "./schedule-options.js";
import { optionsHashOf, specHashOf } from "./spec-hash.js";
import { startOptionsOf, type StartOptions } from "./start-options.js";
import { workflowIdOf } from "./workflow-id.js";

/** What the store says of one resource: nothing, something that cannot be carried out, or a workflow that is to run. */
export type Declared =
  | { readonly is: "absent" }
  | { readonly is: "invalid"; readonly index: bigint; readonly violations: readonly Violation[] }
  | DeclaredTrigger;

export interface DeclaredTrigger {
  readonly is: "trigger";
  readonly resourceId: string;
  /** The version of the resource. */
  readonly index: bigint;
  readonly address: Address;
  readonly specHash: string;
  /** The spec hash without the arguments. */
  readonly optionsHash: string;
  readonly onDrop: OnDrop;
  readonly ifRunning: IfRunning;
  readonly ifForeign: IfForeign;
  /** The signal by which a running workflow is told of new arguments; empty: it is not. */
  readonly updateSignal: string;
  readonly start: StartOptions;
  /** Where a schedule starts the workflow; it has the workflow's id. */
  readonly schedule: ScheduleOptions | undefined;
}

/** Whether a run of another version may finish, or is ended in favour of the declared one. */
export type IfRunning = "abort" | "overlap";

/** Reads a resource as a trigger. @param temporalNamespace where those run that name none */
export function declaredOf(resource: DeclaredResource, temporalNamespace: string): Declared {
  const { id, index, spec } = resource;
  const violations = validateSpec(spec);
  if (violations.length > 0) return { is: "invalid", index, violations };
  if (spec.kind !== "process_trigger") return invalid(index, "spec", `a ${spec.kind} is not a trigger`);
  return declaredTriggerOf(id, index, spec.value, temporalNamespace);
}

function declaredTriggerOf(id: string, index: bigint, trigger: Trigger, workersNamespace: string): Declared {
  const start = startOptionsOf(trigger);
  if ("field" in start) return { is: "invalid", index, violations: [start] };
  const schedule = scheduleOptionsOf(trigger);
  if (trigger.schedule !== undefined && schedule === undefined) {
    return invalid(index, "spec.trigger.schedule.overlap_policy", "an unknown policy");
  }
  const declaration = { trigger, start, schedule };
  const specHash = specHashOf(declaration);
  const workflowId = workflowIdOf(trigger, id, specHash);
  if (workflowId === undefined) return invalid(index, "spec.trigger.id_suffix_builder", "an unknown id builder");
  const onDrop = onDropOf(trigger);
  if (onDrop === undefined) return invalid(index, "spec.trigger.on_drop_action", "an unknown action");
  const ifRunning = ifRunningOf(trigger);
  if (ifRunning === undefined) return invalid(index, "spec.trigger.if_running_action", "an unknown action");
  const ifForeign = ifForeignOf(trigger);
  if (ifForeign === undefined) return invalid(index, "spec.trigger.if_foreign_action", "an unknown action");
  return {
    is: "trigger",
    resourceId: id,
    index,
    address: { namespace: trigger.temporalNamespace || workersNamespace, workflowId },
    specHash,
    optionsHash: optionsHashOf(declaration),
    onDrop,
    ifRunning,
    ifForeign,
    updateSignal: trigger.signalOnUpdate,
    start,
    schedule,
  };
}

function ifRunningOf(trigger: Trigger): IfRunning | undefined {
  switch (trigger.ifRunning?.value) {
    case undefined:
    case Trigger_IfRunningAction.IF_RUNNING_ABORT:
      return "abort";
    case Trigger_IfRunningAction.IF_RUNNING_OVERLAP:
      return "overlap";
    case Trigger_IfRunningAction.UNRECOGNIZED:
      return undefined;
  }
}

function invalid(index: bigint, field: string, description: string): Declared {
  return { is: "invalid", index, violations: [{ field, description }] };
}
