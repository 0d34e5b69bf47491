import { ResourceStatus } from "@protomesh/core/api";
import { timestampOf } from "../read/timestamp.js";

/** One reporter's newest word on one resource. */
export interface StatusRow {
  readonly resource_id: string;
  readonly reporter: string;
  /** Of the namespace's clock of statuses. */
  readonly revision: bigint;
  readonly micros: bigint;
  /** An encoded ResourceStatus; null: removed. */
  readonly body: Buffer | null;
}

/** As the API shows it; of a removed one, who said it of what. */
export function statusOf(
  namespace: string,
  { resource_id: resourceId, reporter, micros, body }: StatusRow,
): ResourceStatus {
  const said = body === null ? emptyStatus : ResourceStatus.decode(body);
  return { ...said, namespace, resourceId, reporter, reportedAt: body === null ? undefined : timestampOf(micros) };
}

const emptyStatus: ResourceStatus = ResourceStatus.fromPartial({});

/** The one status of a resource that a reporter has. */
export function statusKey({ resource_id: resourceId, reporter }: StatusRow): string {
  return `${resourceId} ${reporter}`;
}
