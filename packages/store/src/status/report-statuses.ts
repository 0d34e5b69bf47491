import type { ResourceStatus } from "@protomesh/core/api";
import { ResourceStatus as StatusMessage } from "@protomesh/core/api";
import { arrayLiteral, byteaElement, nullElement, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";

/**
 * Replaces what reporters say of resources of a namespace; one that says nothing is removed. Each pair of resource and
 * reporter stands once.
 * @returns the clock of the namespace's statuses
 */
export async function reportStatuses(
  sql: Session,
  namespace: string,
  statuses: readonly ResourceStatus[],
): Promise<bigint> {
  const [row] = await sql<{ revision: bigint }[]>`
    SELECT protomesh.report_statuses(
      ${namespace},
      ${arrayLiteral(statuses.map(({ resourceId }) => resourceId))},
      ${arrayLiteral(statuses.map(({ reporter }) => textElement(reporter)))},
      ${arrayLiteral(statuses.map(bodyElement))}
    ) AS revision`;
  if (row === undefined) throw new Error("report_statuses answered nothing");
  return row.revision;
}

function bodyElement(status: ResourceStatus): string {
  if (status.conditions.length === 0 && Object.keys(status.details).length === 0) return nullElement;
  // What the row's key holds already is left out.
  return byteaElement(
    StatusMessage.encode({ ...status, namespace: "", resourceId: "", reporter: "", reportedAt: undefined }).finish(),
  );
}
