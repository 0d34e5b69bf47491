import { status, type ClientReadableStream, type ServiceError } from "@grpc/grpc-js";
import { backoffMs, type ConnectionState } from "@protomesh/core";
import type { ResourceStoreClient, WatchStatusResponse } from "@protomesh/core/api";
import { defer, Observable, retry, timer } from "rxjs";
import { LedgerAssembly, type LedgerBatch } from "./ledger-batch.js";
import { reporter } from "./resource-status.js";

const backoff = { initialMs: 100, maximumMs: 5_000 };

/**
 * The worker's statuses of a namespace: all of them as one batch first, then each change. Cold; it neither fails nor
 * ends, and begins again with the whole ledger after an interruption.
 *
 * @param onConnection told each time the connection's state changes
 */
export function watchLedger(
  client: ResourceStoreClient,
  namespace: string,
  onConnection: (state: ConnectionState) => void,
): Observable<LedgerBatch> {
  let interruptedSince: Date | undefined;
  return defer(() => {
    onConnection({ state: "connecting" });
    return ledgerOnce(client, namespace, () => {
      interruptedSince = undefined;
      onConnection({ state: "live" });
    });
  }).pipe(
    retry({
      resetOnSuccess: true,
      delay: (error: ServiceError, attempt) => {
        interruptedSince ??= new Date();
        onConnection({
          state: "interrupted",
          reason: `${status[error.code]}: ${error.details}`,
          since: interruptedSince,
        });
        return timer(backoffMs(attempt - 1, backoff));
      },
    }),
  );
}

/** One stream; the end of a stream is an error, as nobody asked for it. */
function ledgerOnce(client: ResourceStoreClient, namespace: string, onLive: () => void): Observable<LedgerBatch> {
  return new Observable<LedgerBatch>((subscriber) => {
    const assembly = new LedgerAssembly();
    const stream: ClientReadableStream<WatchStatusResponse> = client.watchStatus({
      namespace,
      resourceIds: [],
      reporters: [reporter],
    });
    stream.on("data", (response: WatchStatusResponse) => {
      const batch = assembly.add(response);
      if (batch === undefined) return;
      subscriber.next(batch);
      if (batch.reset) onLive();
    });
    stream.on("error", (error: ServiceError) => subscriber.error(error));
    stream.on("end", () => subscriber.error({ code: status.UNAVAILABLE, details: "the store ended the stream" }));
    return () => stream.cancel();
  });
}
