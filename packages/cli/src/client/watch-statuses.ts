import { status, type ServiceError } from "@grpc/grpc-js";
import { backoffMs } from "@protomesh/core";
import type { ResourceStatus, ResourceStoreClient, WatchStatusResponse } from "@protomesh/core/api";
import { Observable, retry, throwError, timer } from "rxjs";
import { millisecondsOf } from "../output/timestamp-text.js";
import { isFinalRefusal } from "./final-refusal.js";
import type { StoreSession } from "./store-session.js";

/** What is said in a namespace. */
export interface Statuses {
  /** By resource id; the reporters in their order. */
  readonly byResource: StatusMap;
  /** How far the clock that statuses are dated by is ahead of this machine's, in milliseconds. */
  readonly clockAheadMs: number;
}

export type StatusMap = ReadonlyMap<string, readonly ResourceStatus[]>;

/** Where nothing is said. */
export const noStatuses: Statuses = { byResource: new Map(), clockAheadMs: 0 };

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
    let { byResource, clockAheadMs } = noStatuses;
    let isWhole = false;
    const stream = client.watchStatus({ namespace, resourceIds: [], reporters: [] });
    stream.on("data", (response: WatchStatusResponse) => {
      byResource = statusesAfter(byResource, response);
      isWhole ||= response.endOfList;
      // A store of an older version does not tell its time.
      if (response.now !== undefined) clockAheadMs = millisecondsOf(response.now) - Date.now();
      if (isWhole) subscriber.next({ byResource, clockAheadMs });
    });
    stream.on("error", (error: ServiceError) => subscriber.error(error));
    stream.on("end", () => subscriber.error({ code: status.UNAVAILABLE, details: "the store ended the stream" }));
    return () => stream.cancel();
  });
}

/** The statuses after a response. */
function statusesAfter(
  statuses: StatusMap,
  { updatedStatuses, removedStatuses }: Pick<WatchStatusResponse, "updatedStatuses" | "removedStatuses">,
): StatusMap {
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
