import { until } from "@protomesh/testing/until";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { ms, whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { route } from "./declared.js";
import { settled } from "./settled.js";

const changes = 20;

/** Of one change. */
interface Cost {
  readonly bytes: number;
  readonly xdsMs: number;
  readonly envoyMs: number;
}

/** What one more domain among the scopes of a probe costs by increments, and by state of the world, which carries all. */
export async function scopesFigure(stage: Stage, say: (line: string) => void): Promise<Figure> {
  say("scopes by increments and by state of the world");
  await settled(stage);
  const delta = await costOf(stage, stage.pids.envoy ?? 0, "delta", 1);
  const envoy = await stage.startEnvoy("ads", "envoy-sotw");
  try {
    await settled(stage);
    const both = await costOf(stage, envoy.pid, "sotw", 2);
    const sotw = { ...both, bytes: both.bytes - delta.bytes, xdsMs: both.xdsMs - delta.xdsMs };
    return {
      what: "one more among 3,000 scopes, by state of the world",
      goal: "",
      got: `${whole(sotw.bytes)} B; CPU: xds ${ms(sotw.xdsMs)}, Envoy ${ms(sotw.envoyMs)}`,
      met: undefined,
      beside: `by increments ${whole(delta.bytes)} B; CPU: xds ${ms(delta.xdsMs)}, Envoy ${ms(delta.envoyMs)}`,
      limit: "each response carries all scopes",
    };
  } finally {
    await envoy.stop();
  }
}

async function costOf(stage: Stage, envoyPid: number, name: string, nodes: number): Promise<Cost> {
  const { store, pids } = stage;
  const seconds = async () => Promise.all([pids.xds ?? 0, envoyPid].map(async (pid) => processorSeconds(pid)));
  const [xdsBefore = 0, envoyBefore = 0] = await seconds();
  const before = await counted(stage);
  for (let change = 0; change < changes; change++) {
    await put(store, route("scoped", `${name}-${change}.example.com`, "probed"));
    await untilAnswered(stage, before.answers + (change + 1) * nodes);
  }
  const [xdsAfter = 0, envoyAfter = 0] = await seconds();
  const after = await counted(stage);
  return {
    bytes: (after.bytes - before.bytes) / changes,
    xdsMs: ((xdsAfter - xdsBefore) * 1_000) / changes,
    envoyMs: ((envoyAfter - envoyBefore) * 1_000) / changes,
  };
}

async function untilAnswered(stage: Stage, answers: number): Promise<void> {
  // Not more often, as each look takes the server some time.
  const patience = { patienceMs: 20_000, pollMs: 100 };
  await until(async () => (await counted(stage)).answers >= answers, "a change of scopes is answered", patience);
}

/** What all nodes together were sent of scopes, and what they answered. */
async function counted({ places }: Stage): Promise<{ readonly bytes: number; readonly answers: number }> {
  const metrics = await (await fetch(`http://${places.xdsAdmin}/metrics`)).text();
  const sum = (metric: string): number =>
    [...metrics.matchAll(new RegExp(`^${metric}{[^}]*type="scoped-route"[^}]*} (\\d+)$`, "gm"))].reduce(
      (all, [, value]) => all + Number(value),
      0,
    );
  return { bytes: sum("protomesh_xds_push_bytes_total"), answers: sum("protomesh_xds_answers_total") };
}
