import { uuidV5 } from "@protomesh/core";
import type { DeclaredTrigger } from "./declared.js";

/**
 * The request id of a start call. Equal for every worker and every attempt that means the same start, so that the
 * server answers a repeated one with the run that the first one made.
 *
 * @param previousRunId for a restart: the first run id of the closed run that it follows
 */
export function requestIdOf(start: {
  owner: string;
  resourceId: string;
  specHash: string;
  previousRunId: string | undefined;
}): string {
  return uuidV5(start.resourceId, [start.owner, start.specHash, start.previousRunId ?? ""].join("\n"));
}

/**
 * The request id of the signal that tells a run of a version: a repeated one is passed over by the server. With the
 * resource's version, as a run may be told the same again after it was told something else.
 */
export function signalRequestIdOf(
  owner: string,
  { resourceId, specHash, index }: DeclaredTrigger,
  runId: string,
): string {
  return uuidV5(resourceId, [owner, specHash, "signal", index, runId].join("\n"));
}
