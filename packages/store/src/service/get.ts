import { canonicalId, invalidArgument, notFound, validateId, validateNamespace } from "@protomesh/core";
import type { GetResourceRequest, GetResourceResponse } from "@protomesh/core/api";
import { readResource } from "../read/read-resource.js";
import { resourceOf } from "../stream/encode-change.js";
import type { StoreContext } from "./store-context.js";

/** A resource as it is now. */
export async function get(
  { database }: StoreContext,
  { namespace, resourceId }: GetResourceRequest,
): Promise<GetResourceResponse> {
  const id = canonicalId(resourceId);
  const violations = [...validateNamespace(namespace), ...validateId(resourceId, "resource_id")];
  if (violations.length > 0 || id === undefined) throw invalidArgument(violations);
  const { resource, history } = await database.run("read", async (sql) => readResource(sql, namespace, id));
  if (resource === undefined) throw notFound(`namespace ${namespace} has no resource ${id}`);
  return { resource: resourceOf(namespace, resource), history };
}
