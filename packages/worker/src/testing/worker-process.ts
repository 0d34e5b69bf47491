import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/protomesh-worker.js", import.meta.url));

/** The worker as a process of its own, which can be killed in the middle of what it does. Runs what was compiled. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #said = "";

  /** @param settings keys with their values, as `temporal.address` */
  constructor(settings: Readonly<Record<string, string>>) {
    const flags = Object.entries(settings).map(([key, value]) => `-${key.replaceAll(".", "-")}=${value}`);
    this.#child = spawn(process.execPath, [bin, "-log-level=warn", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
    this.#exited = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (bytes: Buffer) => (this.#said += bytes.toString()));
    }
  }

  /** What it has written so far. */
  get said(): string {
    return this.#said;
  }

  /** Ends it at once, by SIGKILL: nothing of it runs any more when this resolves. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}
