import { canonicalId, invalidArgument, validateId, validateNamespace, type Violation } from "@protomesh/core";
import type { ReportStatusRequest, ReportStatusResponse, ResourceStatus } from "@protomesh/core/api";
import { reportStatuses } from "../status/report-statuses.js";
import { nameViolations } from "./request-checks.js";
import type { StoreContext } from "./store-context.js";

/** Replaces what a component says of resources. A resource need not be there (any more). */
export async function reportStatus(
  { database, statuses: feeds, notifier }: StoreContext,
  { namespace, statuses }: ReportStatusRequest,
): Promise<ReportStatusResponse> {
  const violations = [
    ...validateNamespace(namespace),
    ...statuses.flatMap((status, index) => statusViolations(status, namespace, `statuses[${index}].`)),
  ];
  if (violations.length > 0) throw invalidArgument(violations);
  const newest = newestOfEach(statuses);
  if (newest.length === 0) return {};
  const revision = await database.run("write", async (sql) => reportStatuses(sql, namespace, newest));
  feeds.hint(namespace, revision);
  notifier?.notify({ about: "statuses", namespace, revision });
  return {};
}

function statusViolations(status: ResourceStatus, namespace: string, path: string): Violation[] {
  const violations = [...validateId(status.resourceId, "resource_id"), ...nameViolations("reporter", status.reporter)];
  if (status.namespace !== "" && status.namespace !== namespace) {
    violations.push({ field: "namespace", description: `${JSON.stringify(status.namespace)}, expected the request's` });
  }
  for (const [index, { type }] of status.conditions.entries()) {
    violations.push(...nameViolations(`conditions[${index}].type`, type));
  }
  return violations.map(({ field, description }) => ({ field: path + field, description }));
}

/** Of two that speak of the same resource for the same reporter, the later one. */
function newestOfEach(statuses: readonly ResourceStatus[]): ResourceStatus[] {
  const byKey = new Map<string, ResourceStatus>();
  for (const status of statuses) {
    const resourceId = canonicalId(status.resourceId) ?? status.resourceId;
    byKey.set(`${resourceId} ${status.reporter}`, { ...status, resourceId });
  }
  return [...byKey.values()];
}
