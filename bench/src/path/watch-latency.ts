import { watchResources } from "@protomesh/core";
import type { ResourceStoreClient } from "@protomesh/core/api";
import { filter, firstValueFrom, map, shareReplay } from "rxjs";
import { distributionOf, type Distribution } from "../distribution.js";
import { declaredRoute } from "./declared.js";
import { put } from "./put.js";

/** Put acknowledged → event at a watcher, for one Put after the other. Negative: the event was there first. */
export async function watchLatency(store: ResourceStoreClient, repetitions: number): Promise<Distribution> {
  const events = watchResources(store, "default").pipe(
    map(({ revision }) => ({ revision, at: performance.now() })),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  const following = events.subscribe();
  await firstValueFrom(events);
  const samples: number[] = [];
  for (let index = 0; index < repetitions; index++) {
    const { revision, ackedAt } = await put(store, declaredRoute(`/watch-${index}`));
    const event = await firstValueFrom(events.pipe(filter((seen) => seen.revision >= revision)));
    samples.push(event.at - ackedAt);
  }
  following.unsubscribe();
  return distributionOf(samples);
}
