import type { Condition, ResourceStatus } from "@protomesh/core/api";

/** How far a version of a resource has come, in the words of those who act on it. */
export interface Standing {
  /**
   * `live`: everybody who acts on it has it. `waiting`: it may still become so by itself. `failed`: it will not, until somebody
   * changes something. `nobody`: no component acts on such a resource.
   */
  readonly is: "live" | "waiting" | "failed" | "nobody";
  /** A sentence for each reporter, such as `xds: programmed on 3 of 3 nodes`. */
  readonly says: readonly string[];
}

/** Who acts on a kind of resource; the part of a reporter's name before a slash. */
const componentOf: Readonly<Record<string, string>> = {
  http_ingress: "xds",
  service: "xds",
  instance_set: "xds",
  routing_policy: "xds",
  gateway_policy: "gateway",
  process_trigger: "worker",
};

/**
 * The standing of one version of a resource.
 * @param kind one of the six, or anything else
 * @param index the version's
 * @param statuses what is said of the resource, of whatever version
 */
export function standingOf(
  { kind, index }: { readonly kind: string; readonly index: bigint },
  statuses: readonly ResourceStatus[],
): Standing {
  const component = componentOf[kind];
  if (component === undefined) return { is: "nobody", says: [] };
  const spoken = statuses
    .filter((status) => status.reporter.split("/", 1)[0] === component)
    .map((status) => reportOf(status, index));
  if (spoken.length === 0) return { is: "waiting", says: [`${component}: has not reported it`] };
  const worst = spoken.find(({ is }) => is === "failed") ?? spoken.find(({ is }) => is === "waiting");
  return { is: worst?.is ?? "live", says: spoken.map(({ says }) => says) };
}

interface Report {
  readonly is: "live" | "waiting" | "failed";
  readonly says: string;
}

function reportOf({ reporter, observedIndex, conditions }: ResourceStatus, index: bigint): Report {
  if (observedIndex < index) return { is: "waiting", says: `${reporter}: is at revision ${observedIndex} of it` };
  const against = conditions.find(isAgainst);
  if (against !== undefined) return { is: "failed", says: `${reporter}: ${textOf(against)}` };
  const open = conditions.find(isOpen);
  if (open !== undefined) return { is: "waiting", says: `${reporter}: ${textOf(open)}` };
  const last = conditions.findLast(({ state }) => state === "STATE_TRUE");
  if (last === undefined) return { is: "waiting", says: `${reporter}: says nothing of it yet` };
  return { is: "live", says: `${reporter}: ${textOf(last)}` };
}

/** What only somebody's change can mend. */
function isAgainst({ type, state, reason }: Condition): boolean {
  if (type === "Conflict") return state === "STATE_TRUE";
  if (type === "Accepted") return state === "STATE_FALSE";
  return type === "Programmed" && state === "STATE_FALSE" && reason !== "Pending";
}

function isOpen({ type, state }: Condition): boolean {
  return type !== "Conflict" && state !== "STATE_TRUE";
}

function textOf({ type, reason, message }: Condition): string {
  return message === "" ? `${type} (${reason})` : message;
}
