import { status, type ClientReadableStream, type ServiceError } from "@grpc/grpc-js";
import { WatchResourcesRequest, type ResourceStoreClient, type WatchResourcesResponse } from "@protomesh/core/api";
import { changeOf } from "./content.js";
import type { WatchResponse } from "./observation.js";

export interface RecordingWatcher {
  readonly responses: readonly WatchResponse[];
  /** The last mark that it has; undefined before the first list is complete. */
  position(): { readonly history: string; readonly revision: bigint } | undefined;
  /** Cuts its stream; it resumes by itself. */
  interrupt(): void;
  stop(): void;
}

const retryMs = 50;

/**
 * Watches a namespace as a plain client would, without this project's own watch: it writes down every response, resumes
 * from its last mark, and lists again when told that the place is gone.
 * @param clients the stores, one after the other at each reconnection
 */
export function recordingWatcher(
  name: string,
  namespace: string,
  clients: () => readonly ResourceStoreClient[],
): RecordingWatcher {
  const responses: WatchResponse[] = [];
  let mark: { history: string; revision: bigint } | undefined;
  let streams = 0;
  let call: ClientReadableStream<WatchResourcesResponse> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  const connect = (): void => {
    const stream = streams++;
    const resumedFrom = mark;
    const client = clients()[stream % clients().length];
    if (client === undefined) throw new Error("there is no store to watch");
    const opened = client.watch(
      WatchResourcesRequest.fromPartial({
        namespace,
        ...(resumedFrom && { resumeRevision: resumedFrom.revision, resumeHistory: resumedFrom.history }),
        // As new clients and as old ones ask for it, in turn.
        mergedEndOfList: stream % 2 === 0,
      }),
    );
    call = opened;
    opened.on("data", ({ updatedResources, droppedResources, ...response }: WatchResourcesResponse) => {
      const changes = [
        ...updatedResources.map((resource) => changeOf(resource, false)),
        ...droppedResources.map((resource) => changeOf(resource, true)),
      ].toSorted((a, b) => Number(a.index - b.index));
      responses.push({ watcher: name, stream, resumedFrom, changes, ...response });
      if (response.endOfList) mark = { history: response.history, revision: response.revision };
    });
    const again = (code?: status): void => {
      if (call !== opened) return;
      call = undefined;
      if (code === status.OUT_OF_RANGE || code === status.FAILED_PRECONDITION) mark = undefined;
      if (!stopped) retry = setTimeout(connect, retryMs);
    };
    opened.on("error", (error: ServiceError) => again(error.code));
    opened.on("end", () => again());
  };

  connect();
  return {
    responses,
    position: () => mark,
    interrupt: () => call?.cancel(),
    stop: () => {
      stopped = true;
      clearTimeout(retry);
      call?.cancel();
    },
  };
}
