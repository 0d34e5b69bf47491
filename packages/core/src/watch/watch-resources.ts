import { status, type ClientReadableStream, type ServiceError } from "@grpc/grpc-js";
import { Observable } from "rxjs";
import type { ResourceStoreClient, WatchResourcesRequest, WatchResourcesResponse } from "../api.js";
import { backoffMs, type Backoff } from "../retry/backoff.js";
import { BatchAssembly, type Bookmark, type WatchBatch } from "./watch-batch.js";

/** How the connection to the store stands. */
export type ConnectionState =
  | { readonly state: "connecting" }
  /** A stream of resources says at which revision it is. */
  | { readonly state: "live"; readonly revision?: bigint }
  | {
      readonly state: "interrupted";
      readonly reason: string;
      readonly since: Date;
      /** gRPC's, where it is known: some refusals are final for people, though a component goes on trying. */
      readonly code?: status;
    };

export interface WatchOptions {
  /** Only resources of these kinds or type URLs; default: all. */
  readonly kinds?: readonly string[];
  /** Resume here instead of beginning with the whole state. */
  readonly from?: Bookmark;
  /** Told each time the connection's state changes. */
  readonly onConnection?: (state: ConnectionState) => void;
  /** How fast to come back after an interruption; default 100 ms, doubling to 5 s. */
  readonly backoff?: Backoff;
}

/**
 * The resources of a namespace: the whole state as one batch first, then each change. Cold; it neither fails nor ends.
 * After an interruption it resumes from the last complete batch, and where the store does not have that place any more
 * (compacted, or another history) it begins again with the whole state, marked `reset`.
 */
export function watchResources(
  client: ResourceStoreClient,
  namespace: string,
  options: WatchOptions = {},
): Observable<WatchBatch> {
  const { kinds = [], onConnection = () => {}, backoff = { initialMs: 100, maximumMs: 5_000 } } = options;

  return new Observable<WatchBatch>((subscriber) => {
    let bookmark: Bookmark | undefined = options.from;
    let failures = 0;
    let interruptedSince: Date | undefined;
    let call: ClientReadableStream<WatchResourcesResponse> | undefined;
    let retry: NodeJS.Timeout | undefined;

    const connect = (): void => {
      onConnection({ state: "connecting" });
      const assembly = new BatchAssembly(bookmark === undefined);
      let live = false;
      const stream = client.watch(requestOf(namespace, kinds, bookmark));
      call = stream;

      stream.on("data", (response: WatchResourcesResponse) => {
        if (call !== stream) return;
        const batch = assembly.add(response);
        if (batch === undefined) return;
        // A store without revisions (the one before this project's) can only be listed again.
        bookmark = batch.history === "" ? undefined : { history: batch.history, revision: batch.revision };
        failures = 0;
        subscriber.next(batch);
        if (live) return;
        live = true;
        interruptedSince = undefined;
        onConnection({ state: "live", revision: batch.revision });
      });
      stream.on("error", (error: ServiceError) => ended(stream, error.code, error.details));
      stream.on("end", () => ended(stream, status.UNAVAILABLE, "the store ended the stream"));
    };

    const ended = (stream: typeof call, code: status, reason: string): void => {
      if (call !== stream) return;
      call = undefined;
      if (code === status.OUT_OF_RANGE || code === status.FAILED_PRECONDITION) bookmark = undefined;
      interruptedSince ??= new Date();
      onConnection({ state: "interrupted", reason: `${status[code]}: ${reason}`, since: interruptedSince, code });
      // Whoever was told may have ended the watch.
      if (subscriber.closed) return;
      retry = setTimeout(connect, backoffMs(failures++, backoff));
    };

    connect();
    return () => {
      clearTimeout(retry);
      const stream = call;
      call = undefined;
      stream?.cancel();
    };
  });
}

function requestOf(namespace: string, kinds: readonly string[], bookmark: Bookmark | undefined): WatchResourcesRequest {
  return {
    namespace,
    kinds: [...kinds],
    resumeRevision: bookmark?.revision,
    resumeHistory: bookmark?.history ?? "",
    mergedEndOfList: true,
  };
}
