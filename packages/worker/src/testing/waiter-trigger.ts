import type { Resource, Trigger } from "@protomesh/core/api";
import { processTrigger } from "@protomesh/testing";
import { taskQueue } from "./trial.js";

/** What a test says of a trigger. */
export type TriggerSpec = Parameters<typeof Trigger.fromPartial>[0];

/** A trigger of the workflow type `waiter`, whose id prefix is its name. */
export function waiterTrigger(name: string, spec: TriggerSpec = {}): Resource {
  return processTrigger({ name, spec: { name: "waiter", taskQueue, idPrefix: name, ...spec } });
}

export const overlap: TriggerSpec = { ifRunning: { $case: "ifRunningAction", value: "IF_RUNNING_OVERLAP" } };

export function onDrop(value: "ON_DROP_CANCEL" | "ON_DROP_TERMINATE" | "ON_DROP_DO_NOTHING"): TriggerSpec {
  return { onDrop: { $case: "onDropAction", value } };
}
