import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../stage.js";

/** After a start the xDS server says nothing for 2 s; after that so long without anything to say counts as quiet. */
const quietMs = 3_000;
const patienceMs = 60_000;

/** When the xDS server has told how everything stands, so that this is no part of what is measured next. */
export async function settled({ places }: Stage): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let quietSince = performance.now(); performance.now() - quietSince < quietMs; await sleep(200)) {
    if (performance.now() > end) throw new Error("the xDS server does not come to an end of what it has to say");
    const response = await fetch(`http://${places.xdsAdmin}/status`);
    if (!hasToldAll(JSON.parse(await response.text()))) quietSince = performance.now();
  }
}

function hasToldAll(status: unknown): boolean {
  if (typeof status !== "object" || status === null || !("reporting" in status)) return false;
  const { reporting } = status;
  if (typeof reporting !== "object" || reporting === null) return false;
  return "said" in reporting && reporting.said !== 0 && "waiting" in reporting && reporting.waiting === 0;
}
