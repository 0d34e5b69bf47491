import { uuidV5 } from "@protomesh/core";

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
