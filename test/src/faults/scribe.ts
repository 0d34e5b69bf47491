import type { HistoryResponse, ResourceStoreClient } from "@protomesh/core/api";
import { HistoryRequest } from "@protomesh/core/api";
import { changeOf } from "./content.js";
import type { Change, Truth } from "./observation.js";

/** Copies a namespace's history out of the store, so that compaction takes nothing away from the final judgement. */
export interface Scribe {
  /** Copies what is new; gives all that there is. */
  read(): Promise<Truth>;
}

export function scribeOf(client: () => ResourceStoreClient, namespace: string): Scribe {
  const changes: Change[] = [];
  let head = 0n;
  let history = "";
  return {
    read: async () => {
      for (const response of await historyAfter(client(), namespace, head)) {
        history = response.history;
        for (const { revision, resource, dropped } of response.entries) {
          if (revision > head) head = revision;
          if (resource !== undefined) changes.push({ ...changeOf(resource, dropped), index: revision });
        }
      }
      return { history, head, changes: [...changes] };
    },
  };
}

async function historyAfter(
  client: ResourceStoreClient,
  namespace: string,
  afterRevision: bigint,
): Promise<readonly HistoryResponse[]> {
  return new Promise((resolve, reject) => {
    const responses: HistoryResponse[] = [];
    const call = client.history(HistoryRequest.fromPartial({ namespace, afterRevision }));
    call.on("data", (response: HistoryResponse) => responses.push(response));
    call.on("error", reject);
    call.on("end", () => resolve(responses));
  });
}
