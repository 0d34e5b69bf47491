import type { StoreSession } from "../client/store-session.js";
import { progressLine } from "../output/progress-line.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import { progressText, type Waited } from "../status/wait-report.js";
import { waitUntilLive, type Expected } from "../status/wait-until-live.js";
import type { Surroundings } from "../surroundings.js";
import type { Applied } from "./apply-resources.js";

/**
 * Waits until what was applied is live, and shows on standard error how far it is.
 * @param since when the store had written it, by `performance.now()`
 */
export async function waitForApplied(
  session: StoreSession,
  applied: readonly Applied[],
  { timeoutMs, since }: { readonly timeoutMs: number; readonly since: number },
  { interrupted, stderr }: Surroundings,
): Promise<Waited> {
  const line = progressLine(stderr);
  const progress = await waitUntilLive(session, applied.flatMap(expectedOf), {
    timeoutMs,
    interrupted,
    onProgress: (now) => line.show(progressText(now)),
    windowMs: line.windowMs,
  });
  line.end();
  return { progress, afterMs: performance.now() - since };
}

/** What was dropped is gone from the store, and nobody speaks of it any more. */
function expectedOf({ namespace, results }: Applied): readonly Expected[] {
  return results.flatMap(({ id, resource, index }) =>
    resource === undefined ? [] : [{ namespace, id, label: resourceLabel(resource), kind: kindLabel(resource), index }],
  );
}
