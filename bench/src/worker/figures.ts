import type { WatchStatusResponse } from "@protomesh/core/api";
import { until } from "@protomesh/testing/until";
import { ms, whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { residentKib } from "../store/resident-memory.js";
import { startLatency } from "./start-latency.js";
import { applyAll, lastingTrigger } from "./triggers.js";
import type { WorkerStage } from "./worker-stage.js";

const repetitions = 200;
const triggers = 10_000;
const sweeps = 6;
const sweepSeconds = 5;
const running = 'standing="running"';

/** @returns the figure, and the memory of a worker with few triggers, in KiB */
export async function latencyFigure(stage: WorkerStage): Promise<{ figure: Figure; fewKib: number }> {
  stage.say("Put → workflow started");
  const worker = await stage.startWorker({});
  const { p50, p99, maximum } = await startLatency(stage, repetitions);
  const fewKib = await residentKib(worker.pid);
  await worker.stop();
  const figure: Figure = {
    what: "Put ack → workflow started",
    goal: "p50 ≤ 50 ms",
    got: `p50 ${ms(p50)}`,
    met: p50 <= 50,
    beside: `p99 ${ms(p99)}, longest ${ms(maximum)}, ${repetitions} one after the other`,
    limit: "a look, the intent in the ledger and the start, each a round trip; the intent is a commit to disk",
  };
  return { figure, fewKib };
}

/** Many triggers: how long it takes until all run, and what it costs to see that there is nothing to do. */
export async function manyFigures(stage: WorkerStage, fewKib: number): Promise<Figure[]> {
  stage.say(`${whole(triggers)} triggers are declared`);
  const resources = Array.from({ length: triggers }, (_, n) => lastingTrigger(`many-${n}`));
  await applyAll(stage.store, resources);
  const before = { temporal: await processorSeconds(stage.temporalPid), at: performance.now() };
  stage.say("they are started");
  const worker = await stage.startWorker({
    "worker.service.call.rate": "10000",
    "worker.service.sync.interval": `${sweepSeconds}s`,
  });
  const all = triggers + repetitions;
  await until(async () => (await stage.metric("protomesh_worker_triggers", running)) === all, "all workflows run", {
    patienceMs: 600_000,
  });
  const seconds = (performance.now() - before.at) / 1_000;
  const shares = {
    worker: (await processorSeconds(worker.pid)) / seconds,
    temporal: ((await processorSeconds(stage.temporalPid)) - before.temporal) / seconds,
  };
  const starts = "protomesh_worker_action_seconds";
  const startMs =
    ((await stage.metric(`${starts}_sum`, 'action="start"')) /
      (await stage.metric(`${starts}_count`, 'action="start"'))) *
    1_000;
  const convergence: Figure = {
    what: `${whole(triggers)} triggers, from empty until all run`,
    goal: "",
    got: `${seconds.toFixed(1)} s, ${whole(triggers / seconds)}/s`,
    met: undefined,
    beside: "the start of the worker included",
    limit: `a start call takes ${ms(startMs)}, 64 at once; of one processor: worker ${percent(shares.worker)}, Temporal ${percent(shares.temporal)}`,
  };
  return [convergence, ...(await replanFigures(stage, worker.pid)), await memoryFigure(worker.pid, fewKib)];
}

async function replanFigures(stage: WorkerStage, pid: number): Promise<Figure[]> {
  stage.say("everything is planned again, and there is nothing to do");
  const sight = "protomesh_worker_sight_seconds";
  const read = async () => ({
    count: await stage.metric(`${sight}_count`),
    seconds: await stage.metric(`${sight}_sum`),
    processor: await processorSeconds(pid),
    looks: await stage.metric("protomesh_worker_lag_seconds_count"),
    actions: await stage.metric("protomesh_worker_actions_total"),
  });
  const settled = await stage.metric(`${sight}_count`);
  await until(async () => (await stage.metric(`${sight}_count`)) > settled, "a re-plan", { patienceMs: 60_000 });
  const writes = countLedgerWrites(stage);
  const from = await read();
  await until(async () => (await stage.metric(`${sight}_count`)) >= from.count + sweeps, "some re-plans", {
    patienceMs: 120_000,
  });
  const to = await read();
  const count = to.count - from.count;
  const wallMs = ((to.seconds - from.seconds) / count) * 1_000;
  const processorMs = ((to.processor - from.processor) / count) * 1_000;
  return [
    {
      what: `a full re-plan of ${whole(triggers)} running triggers with nothing to do`,
      goal: "≤ 1 s, no write",
      got: `${ms(wallMs)}, ${writes.stop()} writes, ${to.actions - from.actions} actions`,
      met: wallMs <= 1_000 && writes.stop() === 0 && to.actions === from.actions,
      beside: `${ms(processorMs)} of the worker's processor time, ${whole((to.looks - from.looks) / count)} looks at single workflows`,
      limit: "the server's list of open workflows, a thousand a page; every tenth re-plan looks at each instead",
    },
  ];
}

/** Counts what the ledger is told from now on. */
function countLedgerWrites({ store }: WorkerStage): { stop(): number } {
  let listed = false;
  let writes = 0;
  const stream = store.watchStatus({ namespace: "default", resourceIds: [], reporters: ["worker"] });
  stream.on("data", ({ updatedStatuses, removedStatuses, endOfList }: WatchStatusResponse) => {
    if (listed) writes += updatedStatuses.length + removedStatuses.length;
    listed ||= endOfList;
  });
  // Its own cancellation is told as an error, too.
  stream.on("error", () => undefined);
  return {
    stop() {
      stream.cancel();
      return writes;
    },
  };
}

async function memoryFigure(pid: number, fewKib: number): Promise<Figure> {
  const kib = await residentKib(pid);
  return {
    what: `memory of the worker with ${whole(triggers)} triggers`,
    goal: "",
    got: `${(kib / 1_024).toFixed(0)} MiB`,
    met: undefined,
    beside: `${((kib - fewKib) / triggers).toFixed(1)} KiB for each, uncollected garbage included; with ${repetitions} triggers ${(fewKib / 1_024).toFixed(0)} MiB`,
    limit: "",
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
