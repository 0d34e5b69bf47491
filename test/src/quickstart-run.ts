import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** `npm start`'s program as a process, on free ports. */
export interface QuickStartRun {
  readonly pid: number;
  /** Settles with the first line that matches, now or later; fails when the program ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly output: string;
  }>;
  /** What still runs of it and of what it has started. */
  processes(): Promise<readonly RunningProcess[]>;
}

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const portKeys = [
  "local-postgres-address",
  "local-lambda-address",
  "local-envoy-admin-address",
  "local-temporal-address",
  "local-temporal-ui-address",
  "store-listener-address",
  "store-admin-listener-address",
  "envoy-xds-listener-address",
  "envoy-xds-admin-listener-address",
  "gateway-listener-address",
  "gateway-admin-listener-address",
  "worker-admin-listener-address",
];

/** A variable that all of a run's processes inherit, and nobody else has. */
const mark = "PROTOMESH_TEST_RUN";

/** Starts the quick start with its state in `folder`. */
export function startQuickStart(folder: string, ...flags: readonly string[]): QuickStartRun {
  const id = randomUUID();
  const child = spawn(
    process.execPath,
    [
      join(checkout, "packages/local/bin/start.js"),
      `-local-folder=${folder}`,
      "-local-ingress-port=0",
      ...portKeys.map((key) => `-${key}=127.0.0.1:0`),
      ...flags,
    ],
    { cwd: checkout, env: { ...process.env, [mark]: id, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  const ended: QuickStartRun["ended"] = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output: lines.join("\n") }));
  });

  const line = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (text: string) => {
        const match = pattern.exec(text);
        if (match === null) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      lines.forEach(look);
      ended.then(({ output }) => reject(new Error(`it ended before it said ${pattern}:\n${output}`)), reject);
    });

  return {
    pid: child.pid ?? 0,
    line,
    signal: (signal) => child.kill(signal),
    ended,
    processes: () => processesMarked(`${mark}=${id}`),
  };
}

/** All processes with this in their environment; from Linux's /proc. */
async function processesMarked(variable: string): Promise<readonly RunningProcess[]> {
  const found: RunningProcess[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await ofProcess(pid, "environ");
    if (!environment.split("\0").includes(variable)) continue;
    found.push({ pid: Number(pid), command: (await ofProcess(pid, "cmdline")).replaceAll("\0", " ") });
  }
  return found;
}

/** Empty for a process that has just ended, and for those of others. */
async function ofProcess(pid: string, file: "environ" | "cmdline"): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return "";
    throw error;
  }
}
