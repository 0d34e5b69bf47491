import { status, type ServiceError } from "@grpc/grpc-js";
import { backoffMs } from "@protomesh/core";
import type { ResourceStatus, ResourceStoreClient, WatchStatusResponse } from "@protomesh/core/api";
import { Observable, retry, throwError, timer } from "rxjs";
import { isFinalRefusal } from "./final-refusal.js";
import type { StoreSession } from "./store-session.js";

/** What is said of each resource, by its id; the reporters in their order. */
export type Statuses = ReadonlyMap<string, readonly ResourceStatus[]>;

const backoff = { initialMs: 100, maximumMs: 5_000 };

/**
 * The statuses of a namespace, whole, each time that they change. Cold; a lost connection is made again, and a refusal is an
 * error, told as a Failure.
 */
export function watchStatuses(
  { client, failure }: Pick<StoreSession, "client" | "failure">,
  namespace: string,
): Observable<Statuses> {
  return statusesOnce(client, namespace).pipe(
    retry({
      resetOnSuccess: true,
      delay: (error: ServiceError, attempt) =>
        isFinalRefusal(error.code) ? throwError(() => failure(error)) : timer(backoffMs(attempt - 1, backoff)),
    }),
  );
}

/** One stream; its end is an error, as nobody asked for it. */
function statusesOnce(client: ResourceStoreClient, namespace: string): Observable<Statuses> {
  return new Observable<Statuses>((subscriber) => {
    let statuses: Statuses = new Map();
    let isWhole = false;
    const stream = client.watchStatus({ namespace, resourceIds: [], reporters: [] });
    stream.on("data", (response: WatchStatusResponse) => {
      statuses = statusesAfter(statuses, response);
      isWhole ||= response.endOfList;
      if (isWhole) subscriber.next(statuses);
    });
    stream.on("error", (error: ServiceError) => subscriber.error(error));
    stream.on("end", () => subscriber.error({ code: status.UNAVAILABLE, details: "the store ended the stream" }));
    return () => stream.cancel();
  });
}

/** The statuses after a response. */
export function statusesAfter(
  statuses: Statuses,
  { updatedStatuses, removedStatuses }: Pick<WatchStatusResponse, "updatedStatuses" | "removedStatuses">,
): Statuses {
  const next = new Map(statuses);
  for (const { resourceId, reporter } of removedStatuses) {
    const others = (next.get(resourceId) ?? []).filter((known) => known.reporter !== reporter);
    if (others.length === 0) next.delete(resourceId);
    else next.set(resourceId, others);
  }
  for (const updated of updatedStatuses) {
    const others = (next.get(updated.resourceId) ?? []).filter(({ reporter }) => reporter !== updated.reporter);
    next.set(
      updated.resourceId,
      [...others, updated].sort((a, b) => (a.reporter < b.reporter ? -1 : 1)),
    );
  }
  return next;
}
