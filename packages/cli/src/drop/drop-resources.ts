import { ResourceStoreService, type Resource } from "@protomesh/core/api";
import { notThere, resourcesAt, type Reference } from "../client/reference.js";
import type { StoreSession } from "../client/store-session.js";

/** What is to be dropped of one namespace. */
export interface Doomed {
  readonly namespace: string;
  readonly references: readonly Reference[];
}

/** What was dropped of one namespace. */
export interface Dropped {
  readonly namespace: string;
  readonly resources: readonly Resource[];
  readonly absent: readonly Reference[];
  /** The namespace's revision after the drop; undefined when there was nothing to drop. */
  readonly revision: bigint | undefined;
}

/**
 * Drops what references point at, each namespace as one revision.
 * @throws Failure, before anything is dropped, for references to nothing, unless these are to be ignored
 */
export async function dropResources(
  session: StoreSession,
  doomed: readonly Doomed[],
  { ignoreAbsent = false }: { readonly ignoreAbsent?: boolean },
): Promise<readonly Dropped[]> {
  const found = [];
  for (const { namespace, references } of doomed) {
    const { resources, missing } = await resourcesAt(session, namespace, references);
    if (missing.length > 0 && !ignoreAbsent) throw notThere(namespace, missing);
    found.push({ namespace, resources, missing });
  }
  const dropped: Dropped[] = [];
  for (const { namespace, resources, missing } of found) {
    dropped.push(await dropOf(session, namespace, { resources, missing }));
  }
  return dropped;
}

async function dropOf(
  session: StoreSession,
  namespace: string,
  { resources, missing }: { readonly resources: readonly Resource[]; readonly missing: readonly Reference[] },
): Promise<Dropped> {
  if (resources.length === 0) return { namespace, resources, absent: missing, revision: undefined };
  const request = { resourceIds: resources.map(({ id }) => id), namespace, expectedIndexes: {}, requestId: "" };
  const { droppedIds, revision } = await session.call(ResourceStoreService.drop, request);
  const gone = new Set(droppedIds);
  // Somebody else dropped them between the look and the drop.
  const raced = resources.filter(({ id }) => !gone.has(id)).map(({ id }): Reference => ({ by: "id", id }));
  return { namespace, resources: resources.filter(({ id }) => gone.has(id)), absent: [...missing, ...raced], revision };
}
