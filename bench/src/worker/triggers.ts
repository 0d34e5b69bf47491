import { encodeSpec, resourceId } from "@protomesh/core";
import { ApplyResourcesRequest, Trigger, type Resource, type ResourceStoreClient } from "@protomesh/core/api";

const namespace = "default";

/** A trigger whose workflow goes on: nobody works on its task queue. */
export function lastingTrigger(name: string): Resource {
  const value = Trigger.fromPartial({ name: "Lasting", taskQueue: "nobody", idPrefix: name });
  const spec = encodeSpec({ kind: "process_trigger", value });
  return { namespace, id: resourceId(namespace, "process_trigger", name), name, spec, version: undefined };
}

const perCall = 500;

export async function applyAll(store: ResourceStoreClient, resources: readonly Resource[]): Promise<void> {
  for (let from = 0; from < resources.length; from += perCall) {
    const request = ApplyResourcesRequest.fromPartial({ resources: resources.slice(from, from + perCall), namespace });
    await new Promise<void>((resolve, reject) => {
      store.apply(request, (error) => (error === null ? resolve() : reject(error)));
    });
  }
}
