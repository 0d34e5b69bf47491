import type { Policy } from "../routes/policy.js";
import type { FunctionCall } from "./call.js";
import { proxyEventV1 } from "./proxy-event-v1.js";
import { proxyEventV2 } from "./proxy-event-v2.js";

/** The event by which functions of a policy are told of a call, as JSON. */
export function proxyEvent({ payloadFormat }: Pick<Policy, "payloadFormat">, call: FunctionCall): string {
  return payloadFormat === "2.0" ? proxyEventV2(call) : proxyEventV1(call);
}
