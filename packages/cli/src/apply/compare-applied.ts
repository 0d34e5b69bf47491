import type { Resource } from "@protomesh/core/api";
import { listResources } from "../client/list-resources.js";
import type { StoreSession } from "../client/store-session.js";
import { Failure } from "../failure.js";
import type { Applied, Result } from "./apply-resources.js";

/** What became of a resource, and what it was before. */
export interface Comparison extends Result {
  /** undefined where there was none, where it is what it was, or where it is not known any more. */
  readonly before: Resource | undefined;
}

/** A namespace's part of an apply or a rollback, with what stood there before. */
export interface Compared extends Omit<Applied, "results"> {
  readonly results: readonly Comparison[];
}

/**
 * Adds what was changed or dropped, as it was: at the revision before the write, or now where nothing is written yet.
 * @param stage written: told why what was before is not known; the write cannot be taken back. A dry run fails instead
 */
export async function compareApplied(
  session: StoreSession,
  applied: readonly Applied[],
  stage: "rehearsed" | { readonly onUnknown: (why: Failure) => void },
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const { namespace, revision, results } of applied) {
    const ids = results.filter(({ outcome }) => outcome === "changed" || outcome === "dropped").map(({ id }) => id);
    let before: ReadonlyMap<string, Resource> = new Map();
    try {
      before = await resourcesById(session, namespace, ids, stage === "rehearsed" ? undefined : revision - 1n);
    } catch (error) {
      if (stage === "rehearsed" || !(error instanceof Failure)) throw error;
      stage.onUnknown(error);
    }
    compared.push({
      namespace,
      revision,
      results: results.map((result) => ({ ...result, before: before.get(result.id) })),
    });
  }
  return compared;
}

/** As many ids as one request names. */
const idsPerRequest = 1_000;

async function resourcesById(
  session: StoreSession,
  namespace: string,
  ids: readonly string[],
  revision: bigint | undefined,
): Promise<ReadonlyMap<string, Resource>> {
  const found = new Map<string, Resource>();
  for (let from = 0; from < ids.length; from += idsPerRequest) {
    const { resources } = await listResources(session, {
      namespace,
      ids: ids.slice(from, from + idsPerRequest),
      revision,
    });
    for (const resource of resources) found.set(resource.id, resource);
  }
  return found;
}
