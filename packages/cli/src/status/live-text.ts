import type { Count } from "./count.js";
import type { Progress } from "./wait-until-live.js";

/**
 * On what something is live, as far as somebody counts, and since when: `live on 3 of 3 Envoys, workflow started, after 0.34 s`.
 * @param after such as `after 0.34 s`
 */
export function liveText(progress: readonly Progress[], after: string): string {
  const places = [
    placesText(
      largestCount(progress, (kind) => kind !== "gateway_policy"),
      "Envoy",
    ),
    placesText(
      largestCount(progress, (kind) => kind === "gateway_policy"),
      "gateway",
    ),
  ].filter((text) => text !== "");
  const started = progress.filter(({ resource: { kind } }) => kind === "process_trigger").length;
  const workflows = started === 0 ? [] : [started === 1 ? "workflow started" : `${started} workflows started`];
  if (places.length > 0) return ["live on " + places.join(" and "), ...workflows, after].join(", ");
  return workflows.length > 0 ? `live: ${workflows.join("")} ${after}` : `live ${after}`;
}

/** Of the resource that is for most; each may be for other nodes. */
function largestCount(progress: readonly Progress[], isMeant: (kind: string) => boolean): Count | undefined {
  return progress
    .flatMap(({ resource: { kind }, standing: { on } }) => (on !== undefined && isMeant(kind) ? [on] : []))
    .reduce<Count | undefined>((most, on) => (most === undefined || on.of > most.of ? on : most), undefined);
}

function placesText(on: Count | undefined, what: string): string {
  return on === undefined ? "" : `${on.count} of ${on.of} ${what}${on.of === 1 ? "" : "s"}`;
}
