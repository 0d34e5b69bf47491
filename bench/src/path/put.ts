import {
  PutResourceRequest,
  type PutResourceResponse,
  type Resource,
  type ResourceStoreClient,
} from "@protomesh/core/api";

/** Puts a resource. @returns the revision, and when the acknowledgement came, on the clock of `performance.now()` */
export async function put(
  store: ResourceStoreClient,
  resource: Resource,
): Promise<{ revision: bigint; ackedAt: number }> {
  return new Promise((resolve, reject) => {
    store.put(PutResourceRequest.fromPartial({ resource }), (error, { version }: PutResourceResponse) => {
      const ackedAt = performance.now();
      if (error === null) resolve({ revision: version?.index ?? 0n, ackedAt });
      else reject(error);
    });
  });
}
