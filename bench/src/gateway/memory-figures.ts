import { whole, type Figure } from "../store/figure.js";
import { forgetPeak, peakResidentKib, residentKib } from "../store/resident-memory.js";
import type { GatewayStage } from "./gateway-stage.js";
import { h2load } from "./load.js";

/** Resident memory may still grow by so much of itself between the second third of a long run and the last. */
const tolerance = 0.1;

/**
 * Memory with many clients, and whether it stays so.
 * @param seconds how long the run at half of the maximum lasts
 */
export async function memoryFigures(stage: GatewayStage, seconds: number): Promise<Figure[]> {
  stage.say("256 clients");
  await forgetPeak(stage.pids.gateway);
  const crowd = await h2load(stage, "http", { clients: 256, requests: 20_000 });
  const peak = mib(await peakResidentKib(stage.pids.gateway));
  stage.say(`half of the maximum for ${seconds} s`);
  const clients = 32;
  const rate = Math.max(1, Math.floor(crowd.perSecond / 2 / clients));
  const samples: number[] = [];
  const sampling = setInterval(() => void residentKib(stage.pids.gateway).then((kib) => samples.push(mib(kib))), 500);
  const steady = await h2load(stage, "http", { clients, seconds, rate });
  clearInterval(sampling);
  const third = Math.floor(samples.length / 3);
  const [before, after] = [highest(samples.slice(third, 2 * third)), highest(samples.slice(2 * third))];
  const isFlat = after <= before * (1 + tolerance);
  return [
    {
      what: "memory at 256 clients",
      goal: "≤ 120 MiB",
      got: `${whole(peak)} MiB at most`,
      met: peak <= 120 && crowd.errors === 0,
      beside: `${whole(crowd.perSecond)}/s, ${whole(crowd.errors)} errors`,
      limit: "",
    },
    {
      what: `${seconds} s at half of the maximum`,
      goal: "memory flat, no error",
      got: `${whole(before)} MiB in the second third, ${whole(after)} MiB in the last; ${whole(steady.errors)} errors`,
      met: isFlat && steady.errors === 0,
      beside: `${whole(steady.perSecond)}/s, ${whole(steady.gatewayMicroseconds)} µs of CPU each`,
      limit: "",
    },
  ];
}

function highest(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the run was too short to see its memory");
  return Math.max(...values);
}

function mib(kib: number): number {
  return kib / 1024;
}
