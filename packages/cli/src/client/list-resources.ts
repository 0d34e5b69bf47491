import { ResourceStoreService, type Resource } from "@protomesh/core/api";
import type { StoreSession } from "./store-session.js";

export interface ListOptions {
  readonly namespace: string;
  /** As people name kinds; none: all. */
  readonly kinds?: readonly string[];
  /** None: all. */
  readonly ids?: readonly string[];
  /** The state at a past revision; undefined: now. */
  readonly revision?: bigint | undefined;
}

export interface Listed {
  readonly resources: readonly Resource[];
  /** The revision that the whole list shows. */
  readonly revision: bigint;
}

/** Every page of a namespace's resources, all of one revision. */
export async function listResources(
  { call }: StoreSession,
  { namespace, kinds = [], ids = [], revision = 0n }: ListOptions,
): Promise<Listed> {
  const resources: Resource[] = [];
  let pageToken = "";
  for (;;) {
    const request = { namespace, kinds: [...kinds], resourceIds: [...ids], pageSize: 0, pageToken, revision };
    const page = await call(ResourceStoreService.list, request);
    resources.push(...page.resources);
    if (page.nextPageToken === "") return { resources, revision: page.revision };
    pageToken = page.nextPageToken;
  }
}
