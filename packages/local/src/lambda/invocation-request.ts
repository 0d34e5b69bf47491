import { functionReferenceOf, type FunctionReference } from "./function-reference.js";

/** What a request to the API asks for. */
export interface InvocationRequest {
  readonly function: FunctionReference;
  /** `stream`: the answer comes as it is written; `wait`: whole; `event`: nobody waits; `dry-run`: nothing runs. */
  readonly mode: "wait" | "event" | "dry-run" | "stream";
}

const path = /^\/(2015-03-31|2021-11-15)\/functions\/([^/]+)\/(invocations|response-streaming-invocations)$/;

/** Reads method, URL and invocation type (`x-amz-invocation-type`); undefined where they are no invocation. */
export function invocationRequestOf(
  method: string,
  url: string,
  invocationType: string | undefined,
): InvocationRequest | undefined {
  const queryAt = url.indexOf("?");
  const match = path.exec(queryAt < 0 ? url : url.slice(0, queryAt));
  if (method !== "POST" || match === null) return undefined;
  const reference = functionReferenceOf(decodeURIComponent(match[2] ?? ""));
  const mode = modeOf(match[3] === "response-streaming-invocations", invocationType ?? "RequestResponse");
  if (reference === undefined || mode === undefined) return undefined;
  const qualifier = queryAt < 0 ? null : new URLSearchParams(url.slice(queryAt)).get("Qualifier");
  return { function: qualifier === null ? reference : { ...reference, qualifier }, mode };
}

function modeOf(streams: boolean, invocationType: string): InvocationRequest["mode"] | undefined {
  switch (invocationType) {
    case "RequestResponse":
      return streams ? "stream" : "wait";
    case "Event":
      return streams ? undefined : "event";
    case "DryRun":
      return "dry-run";
    default:
      return undefined;
  }
}
