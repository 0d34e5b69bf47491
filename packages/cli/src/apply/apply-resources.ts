import { randomUUID } from "node:crypto";
import { ApplyResult_Outcome, ResourceStoreService, type ApplyResult, type Resource } from "@protomesh/core/api";
import type { StoreSession } from "../client/store-session.js";
import { outcomeOf, type Outcome } from "./outcome.js";

/** What became of the resources of one namespace. */
export interface Applied {
  readonly namespace: string;
  /** The namespace's revision: the one that the write made, or the present one where nothing changed. */
  readonly revision: bigint;
  readonly results: readonly Result[];
}

export interface Result {
  readonly id: string;
  /** What it is to be from now on; undefined where it is dropped. */
  readonly resource: Resource | undefined;
  /** The revision that wrote the version that it has now; 0 where nothing is written yet. */
  readonly index: bigint;
  /** undefined for an outcome that a newer store may have. */
  readonly outcome: Outcome | undefined;
}

export interface ApplyOptions {
  readonly dryRun?: boolean;
  /** The name of the set that the resources are the whole of, in each namespace: what left the set is dropped. */
  readonly applySet?: string;
}

/**
 * Applies resources, each namespace as one revision or not at all. Where they are of several namespaces, the store is asked
 * for each of them first, so that none is written when another would be refused.
 */
export async function applyResources(
  session: StoreSession,
  resources: readonly Resource[],
  { dryRun = false, applySet = "" }: ApplyOptions,
): Promise<readonly Applied[]> {
  const groups = byNamespace(resources);
  const asked = dryRun || groups.length > 1 ? await applyGroups(session, groups, { dryRun: true, applySet }) : [];
  return dryRun ? asked : applyGroups(session, groups, { dryRun: false, applySet });
}

type Group = readonly [namespace: string, resources: readonly Resource[]];

function byNamespace(resources: readonly Resource[]): readonly Group[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const group = groups.get(resource.namespace) ?? [];
    group.push(resource);
    groups.set(resource.namespace, group);
  }
  return [...groups];
}

async function applyGroups(
  session: StoreSession,
  groups: readonly Group[],
  { dryRun, applySet }: { readonly dryRun: boolean; readonly applySet: string },
): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  for (const [namespace, resources] of groups) {
    const request = {
      namespace,
      resources: [...resources],
      dropIds: [],
      expectedIndexes: {},
      applySet,
      dryRun,
      requestId: dryRun ? "" : randomUUID(),
    };
    const { results, revision } = await session.call(ResourceStoreService.apply, request);
    applied.push({ namespace, revision, results: resultsOf(resources, results) });
  }
  return applied;
}

/** The store answers for the resources in their order, and then for what left the set. */
function resultsOf(resources: readonly Resource[], results: readonly ApplyResult[]): readonly Result[] {
  const put = resources.map((resource, at): Result => {
    const { outcome = ApplyResult_Outcome.UNRECOGNIZED, version } = results[at] ?? {};
    return { id: resource.id, resource, index: version?.index ?? 0n, outcome: outcomeOf(outcome) };
  });
  const pruned = results.slice(resources.length).map(({ resourceId, outcome, version }): Result => {
    return { id: resourceId, resource: undefined, index: version?.index ?? 0n, outcome: outcomeOf(outcome) };
  });
  return [...put, ...pruned];
}
