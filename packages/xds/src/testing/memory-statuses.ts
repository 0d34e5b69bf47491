import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import type {
  ReportStatusRequest,
  ReportStatusResponse,
  ResourceStatus,
  WatchStatusRequest,
  WatchStatusResponse,
} from "@protomesh/core/api";

type Watch = ServerWritableStream<WatchStatusRequest, WatchStatusResponse>;

/** The part of a store that keeps statuses, in memory: for tests of this package alone. */
export class MemoryStatuses {
  /** How often statuses were reported. */
  requests = 0;
  readonly #kept = new Map<string, ResourceStatus>();
  readonly #watches = new Set<Watch>();

  /** What a reporter says of a resource; undefined: nothing. */
  of(resourceId: string, reporter: string): ResourceStatus | undefined {
    return this.#kept.get(`${reporter} ${resourceId}`);
  }

  report(
    { request }: ServerUnaryCall<ReportStatusRequest, ReportStatusResponse>,
    answer: sendUnaryData<ReportStatusResponse>,
  ): void {
    this.requests++;
    this.put(...request.statuses);
    answer(null, {});
  }

  /** As a reporter would say it. */
  put(...statuses: readonly ResourceStatus[]): void {
    const removed = statuses.filter((status) => status.conditions.length + Object.keys(status.details).length === 0);
    const updated = statuses.filter((status) => !removed.includes(status));
    for (const { reporter, resourceId } of removed) this.#kept.delete(`${reporter} ${resourceId}`);
    for (const status of updated) this.#kept.set(`${status.reporter} ${status.resourceId}`, status);
    for (const call of this.#watches) this.tell(call, updated, removed);
  }

  watch(call: Watch): void {
    this.#watches.add(call);
    call.on("close", () => this.#watches.delete(call));
    this.tell(call, [...this.#kept.values()], []);
  }

  private tell(call: Watch, updated: readonly ResourceStatus[], removed: readonly ResourceStatus[]): void {
    const { resourceIds, reporters } = call.request;
    const isWatched = ({ resourceId, reporter }: ResourceStatus): boolean =>
      (resourceIds.length === 0 || resourceIds.includes(resourceId)) &&
      (reporters.length === 0 || reporters.includes(reporter));
    call.write({
      updatedStatuses: updated.filter(isWatched),
      removedStatuses: removed.filter(isWatched),
      endOfList: true,
      now: undefined,
    });
  }
}
