import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What running the command line took. */
export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  /** From its start to its end. */
  readonly wallMs: number;
  /** Of its process, in user mode and in the kernel. */
  readonly cpuMs: number;
  /** The most memory that it had resident. */
  readonly peakKib: number;
}

const bin = fileURLToPath(new URL("../../../packages/cli/bin/protomesh.js", import.meta.url));
/** Read by Node before the program, so that it tells at its end what it took. */
const usage = `data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("\\n"+JSON.stringify([u.maxRSS,(u.userCPUTime+u.systemCPUTime)/1000]))})`;

/** Runs `protomesh …` as a process of its own, in a pipe. */
export async function runProgram(argv: readonly string[]): Promise<ProgramRun> {
  const begun = performance.now();
  const child = spawn(process.execPath, ["--import", usage, bin, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: "", PROTOMESH_CONTEXT: "" },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const wallMs = performance.now() - begun;
  const told: unknown = JSON.parse(err.split("\n").at(-1) ?? "");
  const [peakKib, cpuMs] = Array.isArray(told) ? told.map(Number) : [];
  if (peakKib === undefined || cpuMs === undefined) throw new Error(`the program did not tell what it took: ${err}`);
  return { code, out, wallMs, cpuMs, peakKib };
}

/** How long a program takes from its start to its end, told nothing and asked nothing more. */
export async function startUpMs(argv: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...argv], { stdio: "ignore", env: { PATH: "", PROTOMESH_CONTEXT: "" } });
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return performance.now() - begun;
}

/** The arguments by which Node runs `protomesh …`. */
export function programOf(...argv: readonly string[]): readonly string[] {
  return [bin, ...argv];
}
