import type { CompactResponse, HistoryResponse, ResourceStoreClient } from "@protomesh/core/api";
import { HistoryRequest } from "@protomesh/core/api";
import { changeOf } from "./content.js";
import type { Change, Truth } from "./observation.js";

/** Copies a namespace's history out of the store, so that compaction takes nothing away from the final judgement. */
export interface Scribe {
  /** Copies what is new; gives all that there is. */
  read(): Promise<Truth>;
  /** The next history that comes takes over all that was written in the ones before; otherwise some of it may be lost. */
  expectHeir(): void;
}

export function scribeOf(client: () => ResourceStoreClient, namespace: string): Scribe {
  let changes: Change[] = [];
  let head = 0n;
  let history = "";
  let ancestors: readonly string[] = [];
  let heir = false;

  const take = (responses: readonly HistoryResponse[]): void => {
    for (const { revision, resource, dropped } of responses.flatMap(({ entries }) => entries)) {
      if (revision > head) head = revision;
      if (resource !== undefined) changes.push({ ...changeOf(resource, dropped), index: revision });
    }
  };
  return {
    read: async () => {
      const floor = await floorOf(client(), namespace);
      if (history !== "" && floor.history !== history) {
        ancestors = heir ? [...ancestors, history] : [];
        heir = false;
        // What was compacted is in the past of both; after it, the new history alone counts.
        changes = changes.filter(({ index }) => index <= floor.floorRevision);
        head = floor.floorRevision;
      }
      history = floor.history;
      const responses = await historyAfter(client(), namespace, head);
      if (responses.some((response) => response.history !== history)) throw new Error("the history changed meanwhile");
      take(responses);
      return { history, ancestors, head, changes: [...changes] };
    },
    expectHeir: () => {
      heir = true;
    },
  };
}

/** Compacting up to 0 changes nothing, and tells the floor. */
async function floorOf(client: ResourceStoreClient, namespace: string): Promise<CompactResponse> {
  return new Promise((resolve, reject) => {
    client.compact({ namespace, upToRevision: 0n }, (error, response) => (error ? reject(error) : resolve(response)));
  });
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
