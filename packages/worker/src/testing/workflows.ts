import {
  ApplicationFailure,
  condition,
  proxyActivities,
  setHandler,
  defineSignal,
  type ActivityFunction,
} from "@temporalio/workflow";
import { RawValue, rawValueTypeInfo } from "@temporalio/common";

/** Ends a `waiter`: well, or by a failure. */
export const end = defineSignal<["well" | "badly"]>("end");

/** Gives a `waiter` other values. */
export const configure = defineSignal<unknown[]>("configure");

/** Runs until it is told to end; gives back what it was given last. */
export async function waiter(...given: unknown[]): Promise<unknown[]> {
  let values = given;
  setHandler(configure, (...others) => {
    values = others;
  });
  let how: "well" | "badly" | undefined;
  setHandler(end, (told) => {
    how = told;
  });
  await condition(() => how !== undefined);
  if (how === "badly") throw ApplicationFailure.nonRetryable("told to fail");
  return values;
}

/** Ends at once. */
export async function greeting(name: string): Promise<string> {
  return `hello ${name}`;
}

/** A call of an activity as another SDK makes it: with a payload of its own. */
export interface ActivityCall {
  readonly activity: string;
  readonly encoding: string;
  readonly messageType?: string;
  readonly text: string;
  readonly maximumAttempts?: number;
}

/** Calls one of the worker's activities. */
export async function caller(call: ActivityCall): Promise<void> {
  const activities = proxyActivities<Record<string, ActivityFunction>>({
    taskQueue: "protomesh",
    activityTypeInfo: { [call.activity]: { inputTypes: [rawValueTypeInfo], outputType: rawValueTypeInfo } },
    startToCloseTimeout: "10s",
    retry: { initialInterval: "100ms", backoffCoefficient: 1, maximumAttempts: call.maximumAttempts ?? 50 },
  });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const metadata = {
    encoding: bytes(call.encoding),
    ...(call.messageType !== undefined && { messageType: bytes(call.messageType) }),
  };
  await activities[call.activity]?.(RawValue.fromPayload({ metadata, data: bytes(call.text) }));
}
