import { Metadata, type ServiceError } from "@grpc/grpc-js";
import type { HistoryRequest, HistoryResponse } from "@protomesh/core/api";
import type { StoreSession } from "./store-session.js";

/** One version, as it was written; of a drop, what was dropped. */
export type HistoryEntry = HistoryResponse["entries"][number];

/** The versions that a request asks for, in revision order. @throws Failure */
export async function readHistory(
  { client, failure, timeout, interrupted }: StoreSession,
  request: HistoryRequest,
): Promise<readonly HistoryEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: HistoryEntry[] = [];
    const stream = client.history(request, new Metadata(), { deadline: Date.now() + timeout });
    const cancel = (): void => stream.cancel();
    interrupted.addEventListener("abort", cancel);
    stream.on("data", (response: HistoryResponse) => entries.push(...response.entries));
    stream.on("error", (error: ServiceError) => {
      interrupted.removeEventListener("abort", cancel);
      reject(failure(error));
    });
    stream.on("end", () => {
      interrupted.removeEventListener("abort", cancel);
      resolve(entries);
    });
  });
}
