import { setTimeout as sleep } from "node:timers/promises";
import { WatchStatusRequest, type WatchStatusResponse } from "@protomesh/core/api";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { residentKib } from "../store/resident-memory.js";
import { declareAll, ingress, route, serviceWithInstances } from "./declared.js";
import { settled } from "./settled.js";

const services = 1_000;
const routes = 5_000;
const everyMs = 100;

interface Part {
  /** Shares of one processor. */
  readonly xds: number;
  readonly store: number;
  readonly xdsMib: number;
  readonly storeMib: number;
}

/** The route scale: many routes, one of which changes again and again. The control plane must not grow. */
export async function scaleFigures(
  stage: Stage,
  ports: readonly number[],
  upstreamPort: number,
  minutes: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { store } = stage;
  say(`declaring ${routes} routes`);
  const routeOf = (number: number, service: number) =>
    route(`ingress-${number % ports.length}`, `route-${number}.example.com`, `service-${service % services}`);
  await declareAll(store, [
    ...ports.map((port, number) => ingress(`ingress-${number}`, port)),
    ...Array.from({ length: services }, (_, number) => serviceWithInstances(`service-${number}`, upstreamPort)).flat(),
    ...Array.from({ length: routes }, (_, number) => routeOf(number, number)),
  ]);
  await settled(stage);
  const statuses = statusesOf(stage);
  const parts: Part[] = [];
  let changes = 0;
  const each = Math.max(10_000, (minutes * 60_000) / 10);
  const end = performance.now() + minutes * 60_000;
  say(`one change each ${everyMs} ms for ${minutes} min`);
  while (performance.now() < end) {
    const part = await partOf(stage, async () => {
      const partEnd = performance.now() + each;
      for (let next = performance.now(); performance.now() < partEnd; next += everyMs) {
        // Another service each time round, as a write that changes nothing costs next to nothing.
        await put(store, routeOf((changes * 7_919) % routes, changes + 1 + Math.floor(changes / routes)));
        changes++;
        await sleep(Math.max(0, next + everyMs - performance.now()));
      }
    });
    parts.push(part);
  }
  statuses.stop();
  const rejected = await rejections(stage);
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("nothing was measured");
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  const what = `${whole(routes)} routes, ${whole(services)} services, ${ports.length} ingresses, a change each ${everyMs} ms for ${minutes} min`;
  return [
    {
      what: `${what}: CPU`,
      goal: "flat",
      got: `xds ${percent(first.xds)} → ${percent(last.xds)}, store ${percent(first.store)} → ${percent(last.store)}`,
      met: last.xds <= 1.25 * first.xds + 0.02 && last.store <= 1.25 * first.store + 0.02,
      beside: `of one processor; ${whole(last.xds * everyMs * 1_000)} µs of the xDS server for a change`,
      limit: "",
    },
    {
      what: "the same: memory",
      goal: "flat",
      got: `xds ${whole(first.xdsMib)} → ${whole(last.xdsMib)} MiB, store ${whole(first.storeMib)} → ${whole(last.storeMib)} MiB`,
      met: last.xdsMib <= 1.25 * first.xdsMib + 20 && last.storeMib <= 1.25 * first.storeMib + 20,
      beside: "resident, at the end of the first and of the last tenth",
      limit: "",
    },
    {
      what: "the same: errors and status writes",
      goal: "no error; at most one written status for a change, beside the instance's own",
      got: `${rejected} rejected, ${whole(statuses.told())} statuses of resources for ${whole(changes)} changes`,
      met: rejected === 0 && statuses.told() <= 1.1 * changes + 10,
      beside: `${whole(statuses.groups())} groups of them`,
      limit: "",
    },
  ];
}

async function partOf({ pids }: Stage, work: () => Promise<void>): Promise<Part> {
  const [xds, store] = [pids.xds ?? 0, pids.store ?? 0];
  const begin = performance.now();
  const before = [await processorSeconds(xds), await processorSeconds(store)] as const;
  await work();
  const seconds = (performance.now() - begin) / 1_000;
  return {
    xds: ((await processorSeconds(xds)) - before[0]) / seconds,
    store: ((await processorSeconds(store)) - before[1]) / seconds,
    xdsMib: (await residentKib(xds)) / 1_024,
    storeMib: (await residentKib(store)) / 1_024,
  };
}

/** Counts the statuses of resources that are written from now on. */
function statusesOf({ store }: Stage) {
  let [told, groups, isListed] = [0, 0, false];
  const call = store.watchStatus(WatchStatusRequest.fromPartial({ namespace: "default" }));
  call.on("data", ({ updatedStatuses, endOfList }: WatchStatusResponse) => {
    const ofResources = updatedStatuses.filter(({ conditions }) => conditions.length > 0);
    if (isListed && ofResources.length > 0) {
      told += ofResources.length;
      groups++;
    }
    if (endOfList) isListed = true;
  });
  // Cancelled at the end.
  call.on("error", () => {});
  return { told: () => told, groups: () => groups, stop: () => call.cancel() };
}

/** How often a node has rejected something. */
async function rejections({ places }: Stage): Promise<number> {
  const response = await fetch(`http://${places.xdsAdmin}/metrics`);
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("protomesh_xds_answers_total"));
  return lines
    .filter((line) => line.includes('answer="rejected"'))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
