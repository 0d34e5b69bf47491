import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import type { ResourceStatus, ResourceStoreClient, WatchStatusResponse } from "../api.js";

const defaultDeadlineMs = 10_000;

/**
 * What the store has of one reporter now, by resource.
 * @throws ServiceError
 */
export async function readStatuses(
  client: ResourceStoreClient,
  namespace: string,
  reporter: string,
): Promise<Map<string, ResourceStatus>> {
  const deadline = Date.now() + defaultDeadlineMs;
  const call = client.watchStatus({ namespace, resourceIds: [], reporters: [reporter] }, new Metadata(), { deadline });
  const statuses = new Map<string, ResourceStatus>();
  return new Promise((resolve, reject) => {
    call.on("data", (response: WatchStatusResponse) => {
      for (const { resourceId } of response.removedStatuses) statuses.delete(resourceId);
      for (const updated of response.updatedStatuses) statuses.set(updated.resourceId, updated);
      if (!response.endOfList) return;
      resolve(statuses);
      call.cancel();
    });
    // The cancellation comes back as an error, too; by then the promise has been settled.
    call.on("error", reject);
    call.on("end", () => reject(brokenOff));
  });
}

const brokenOff = new Error("the store ended the list of statuses before its end");

/**
 * Replaces statuses; settles when the store keeps them.
 * @throws ServiceError
 */
export async function writeStatuses(
  client: ResourceStoreClient,
  namespace: string,
  statuses: readonly ResourceStatus[],
  deadlineMs = defaultDeadlineMs,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  await new Promise<void>((resolve, reject) => {
    client.reportStatus({ namespace, statuses: [...statuses] }, new Metadata(), { deadline }, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}

/** A failed exchange in a few words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, details }: Partial<ServiceError> = error;
  return code === undefined ? error.message : `${status[code]}: ${details}`;
}
