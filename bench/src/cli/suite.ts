import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portOf } from "@protomesh/local";
import { distributionOf } from "../distribution.js";
import { openStage, type Stage } from "../stage.js";
import { figureTable, ms, whole, type Figure } from "../store/figure.js";
import type { Suite } from "../suite.js";
import { declaredFile, waitedFor } from "./declared.js";
import { programOf, runProgram, startUpMs, type ProgramRun } from "./run-program.js";

const resources = 10_000;
const starts = 21;
const waits = 30;

/** What people wait for between "I changed a file" and "it is live". */
export const suite: Suite = {
  name: "cli",
  title: "The command line",
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "protomesh-bench-cli-"));
    const stage = await openStage(["xds", "gateway"]);
    try {
      say("start-up");
      const figures = [...(await startUps())];
      say("waiting for one change");
      figures.push(await waiting(stage, folder));
      say(`apply of ${whole(resources)} resources`);
      figures.push(...(await applying(stage, folder)));
      return [
        "Each run is a process of its own, in a pipe. Beside each run of the program stands what is not its doing: Node itself, or",
        "the processor's time of the program's process alone, which a busy machine changes little.",
        "",
        figureTable(figures),
      ].join("\n");
    } finally {
      await stage.stop();
      await rm(folder, { recursive: true });
    }
  },
};

async function startUps(): Promise<readonly Figure[]> {
  const node = await medianMs(async () => startUpMs(["-e", "0"]));
  const help = await medianMs(async () => startUpMs(programOf("--help")));
  const apply = await medianMs(async () => startUpMs(programOf("apply", "--help")));
  const beside = `Node itself ${ms(node)}`;
  return [
    { what: "`protomesh --help`", goal: "≤ 200 ms", got: ms(help), met: help <= 200, beside, limit: "" },
    { what: "`protomesh apply --help`", goal: "", got: ms(apply), met: undefined, beside, limit: "" },
  ];
}

async function medianMs(run: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < starts; index++) samples.push(await run());
  return distributionOf(samples).p50;
}

async function waiting({ places }: Stage, folder: string): Promise<Figure> {
  const file = join(folder, "waited.yaml");
  const samples: number[] = [];
  for (let index = 0; index <= waits; index++) {
    await writeFile(file, waitedFor(portOf(places.ingress), 1_000 + index));
    const run = succeeded(await runProgram(["apply", "-f", file, "--wait", "-o", "json", "--server", places.store]));
    // The first one brings Envoy what all others change.
    if (index > 0) samples.push(afterMsIn(run.out));
  }
  const { p50, p99 } = distributionOf(samples);
  return {
    what: "`apply --wait` of one change: from the acknowledgement to live on Envoy",
    goal: "p50 ≤ 100 ms",
    got: `p50 ${ms(p50)}`,
    met: p50 <= 100,
    beside: `p99 ${ms(p99)}`,
    limit: "",
  };
}

function afterMsIn(out: string): number {
  const told: unknown = JSON.parse(out);
  const isTold = typeof told === "object" && told !== null && "wait" in told;
  const wait = isTold ? told.wait : undefined;
  if (typeof wait !== "object" || wait === null || !("afterMs" in wait)) throw new Error(`no wait is told: ${out}`);
  return Number(wait.afterMs);
}

async function applying({ places }: Stage, folder: string): Promise<readonly Figure[]> {
  const [first, second] = [join(folder, "first.yaml"), join(folder, "second.yaml")];
  await writeFile(first, declaredFile(resources));
  await writeFile(second, declaredFile(resources, 2));
  const at = ["--server", places.store, "-n", "large"];
  const many = whole(resources);
  const figures: Figure[] = [];
  for (const [what, argv] of [
    [`\`apply\` of ${many} new resources`, ["apply", "-f", first]],
    [`\`apply\` of ${many} that are there already`, ["apply", "-f", first]],
    [`\`apply\` of ${many}, a third of them changed`, ["apply", "-f", second]],
    [`\`export\` of ${many}`, ["export"]],
  ] as const) {
    const run = succeeded(await runProgram([...argv, ...at]));
    figures.push({
      what,
      goal: "",
      got: `${(run.wallMs / 1000).toFixed(2)} s, ${whole(run.peakKib / 1024)} MiB at most`,
      met: undefined,
      beside: `processor ${(run.cpuMs / 1000).toFixed(2)} s`,
      limit: "",
    });
  }
  return figures;
}

function succeeded(run: ProgramRun): ProgramRun {
  if (run.code !== 0) throw new Error(`protomesh ended with ${run.code}: ${run.out.slice(-500)}`);
  return run;
}
