import type { ResourceStatus } from "@protomesh/core/api";
import type { Count } from "./count.js";
import { componentOf, isHeard, type Fleet, type Instance } from "./fleet.js";
import { reportOf, silenceOf, type Report } from "./report.js";

/** How far a version of a resource has come, in the words of those who act on it. */
export interface Standing {
  /**
   * `live`: everybody who acts on it has it. `waiting`: it may still become so by itself. `failed`: it will not, until somebody
   * changes something. `nobody`: no component acts on such a resource.
   */
  readonly is: "live" | "waiting" | "failed" | "nobody";
  /** A sentence for each reporter, such as `xds/a: programmed on 3 of 3 nodes`; those that say the same are put together. */
  readonly says: readonly string[];
  /** On how many it is, of how many: Envoys, or gateways. Undefined where nobody counts. */
  readonly on?: Count;
}

/** Who acts on a kind of resource. */
const actorOf: Readonly<Record<string, string>> = {
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
 * @param statuses what is said of the resource, of whatever version and by whomever
 * @param fleet who there is: what others say that are instances, too, is passed over
 */
export function standingOf(
  { kind, index }: { readonly kind: string; readonly index: bigint },
  statuses: readonly ResourceStatus[],
  fleet: Fleet,
): Standing {
  const component = actorOf[kind];
  if (component === undefined) return { is: "nobody", says: [] };
  const said = statuses.filter(({ reporter }) => componentOf(reporter) === component);
  const heard = said.filter(({ reporter }) => isHeard(fleet, reporter));
  const silent = [...fleet.values()].filter((instance) => isSilent(instance, component, heard));
  const reports = withoutIdle([
    ...heard.map((status) => reportOf(status, index)),
    ...silent.map((instance) => silenceOf(instance, index)),
  ]);
  if (reports.length === 0) return { is: "waiting", says: [unreported(component, said, fleet)] };
  const worst = reports.find(({ is }) => is === "failed") ?? reports.find(({ is }) => is === "waiting");
  const on = countOf(component, reports);
  return { is: worst?.is ?? "live", says: sentences(component, reports, on), ...(on !== undefined && { on }) };
}

/** Whether an instance is to speak of a resource, and does not. Workers do it together, in one ledger. */
function isSilent({ reporter, isLapsed }: Instance, component: string, heard: readonly ResourceStatus[]): boolean {
  if (isLapsed || component === "worker" || componentOf(reporter) !== component) return false;
  return !heard.some((status) => status.reporter === reporter);
}

function unreported(component: string, lapsed: readonly ResourceStatus[], fleet: Fleet): string {
  const isKnown = [...fleet.values()].some(({ reporter }) => componentOf(reporter) === component);
  if (lapsed.length === 0) return `${component}: has not reported it${isKnown ? "" : ", and no instance is known"}`;
  return `${component}: has not reported it; ${lapsed.map(({ reporter }) => reporter).join(", ")} did, and is gone`;
}

/** Whoever serves no nodes says nothing of how far a resource has come, as long as others serve some. */
function withoutIdle(reports: readonly Report[]): readonly Report[] {
  const busy = reports.filter(({ isIdle }) => !isIdle);
  return busy.length === 0 ? reports : busy;
}

function countOf(component: string, reports: readonly Report[]): Count | undefined {
  if (component === "gateway") {
    return { count: reports.filter(({ is }) => is === "live").length, of: reports.length };
  }
  const counts = reports.map(({ nodes }) => nodes);
  if (!counts.every((nodes) => nodes !== undefined)) return undefined;
  return counts.reduce((sum, { count, of }) => ({ count: sum.count + count, of: sum.of + of }), { count: 0, of: 0 });
}

function sentences(component: string, reports: readonly Report[], on: Count | undefined): readonly string[] {
  const isUnanimous = reports.length > 1 && reports.every(({ is }) => is === "live");
  if (isUnanimous && component === "xds" && on !== undefined) {
    return [`xds: programmed on ${on.count} of ${on.of} nodes, by ${reports.length} servers`];
  }
  const [first] = reports;
  if (isUnanimous && first !== undefined && reports.every(({ text }) => text === first.text)) {
    return [`${component}, all ${reports.length}: ${first.text}`];
  }
  return reports.map(({ reporter, text }) => `${reporter}: ${text}`);
}
