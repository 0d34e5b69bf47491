import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger, startProgram, type RunningProgram } from "@protomesh/core";
import { startTemporal, until, type RunningTemporal } from "@protomesh/testing";
import { Client, Connection, type WorkflowExecutionInfo } from "@temporalio/client";
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from "@temporalio/worker";
import { installSdkRuntime } from "../activities/sdk-runtime.js";
import { program } from "../main.js";
import { CallProxy } from "./call-proxy.js";
import { MemoryStore } from "./memory-store.js";
import { WorkerProcess } from "./worker-process.js";

/** The task queue of the workflows in `workflows.ts`. */
export const taskQueue = "trials";

/** A Temporal server with a worker for the test's own workflows, and stores and workers of ours as they are asked for. */
export class Trial {
  readonly client: Client;
  readonly #connection: Connection;
  readonly #endings: (() => Promise<void> | void)[] = [];
  #temporal: RunningTemporal;
  readonly #databaseFile: string;

  private constructor(temporal: RunningTemporal, databaseFile: string) {
    this.#temporal = temporal;
    this.#databaseFile = databaseFile;
    this.#connection = Connection.lazy({ address: temporal.address });
    this.client = new Client({ connection: this.#connection });
  }

  /** @param namespaces Temporal's, beside `default` */
  static async open({ namespaces = [] }: { namespaces?: readonly string[] } = {}): Promise<Trial> {
    installSdkRuntime(createLogger({ "log.level": "silent", "log.json": true, "log.dev": false }));
    const folder = await mkdtemp(join(tmpdir(), "protomesh-worker-"));
    const databaseFile = join(folder, "temporal.db");
    const trial = new Trial(await startTemporal({ databaseFile, namespaces }), databaseFile);
    trial.#endings.push(
      () => rm(folder, { recursive: true }),
      () => trial.#temporal.stop(),
      () => trial.#connection.close(),
    );
    await trial.#runWorkflows();
    return trial;
  }

  /** Temporal's calls that the client has no method for. */
  get connection(): Connection {
    return this.#connection;
  }

  get temporalAddress(): string {
    return this.#temporal.address;
  }

  /** Ends everything that was opened, the newest first. */
  async close(): Promise<void> {
    for (let end = this.#endings.pop(); end !== undefined; end = this.#endings.pop()) await end();
  }

  async stopTemporal(): Promise<void> {
    await this.#temporal.stop();
  }

  /** Brings the server back on the same port, with what it knew unless it is to have forgotten everything. */
  async restartTemporal({ forgetful = false } = {}): Promise<void> {
    await this.#temporal.stop();
    if (forgetful) await rm(this.#databaseFile);
    const port = Number(this.#temporal.address.split(":").at(-1));
    this.#temporal = await startTemporal({ databaseFile: this.#databaseFile, port });
  }

  /** Runs the workflows of `workflows.ts`. */
  async #runWorkflows(): Promise<void> {
    const connection = await NativeConnection.connect({ address: this.temporalAddress });
    const worker = await Worker.create({ connection, taskQueue, workflowBundle: await workflows() });
    const running = worker.run();
    this.#endings.push(async () => {
      worker.shutdown();
      await running;
      await connection.close();
    });
  }

  async openStore(): Promise<MemoryStore> {
    const store = new MemoryStore();
    await store.open();
    this.#endings.push(() => store.close());
    return store;
  }

  /** A worker of ours that is ready. `settings` are laid over those of a test: it plans everything four times a second. */
  async startWorker(store: MemoryStore, settings: Record<string, unknown> = {}): Promise<RunningProgram> {
    const worker = await this.startUnreadyWorker(store, settings);
    await until(() => worker.readiness().ready, "the worker is ready", {
      last: () => JSON.stringify(worker.readiness()),
    });
    return worker;
  }

  async startUnreadyWorker(store: MemoryStore, settings: Record<string, unknown> = {}): Promise<RunningProgram> {
    const worker = await startProgram(program, {
      "temporal.address": this.temporalAddress,
      "worker.resource.store.server.address": store.address,
      "worker.service.sync.interval": 250,
      ...settings,
    });
    this.#endings.push(() => worker.stop());
    return worker;
  }

  /** A proxy before the store or Temporal, wherever that is at the moment. */
  async openProxy(target: () => string): Promise<CallProxy> {
    const proxy = await CallProxy.open(target);
    this.#endings.push(() => proxy.close());
    return proxy;
  }

  /** A worker of ours in a process of its own, which reaches the store and Temporal by these addresses. */
  startWorkerProcess(storeAddress: string, temporalAddress: string): WorkerProcess {
    const worker = new WorkerProcess({
      "worker.admin.listener.address": "127.0.0.1:0",
      "worker.resource.store.server.address": storeAddress,
      "temporal.address": temporalAddress,
      "worker.service.sync.interval": "250ms",
    });
    this.#endings.push(() => worker.kill());
    return worker;
  }

  /** Every run of a workflow id that Temporal can list, the oldest first. */
  async runsOf(workflowId: string): Promise<WorkflowExecutionInfo[]> {
    const runs: WorkflowExecutionInfo[] = [];
    for await (const run of this.client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.push(run);
    return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  }

  /** How the runs of a workflow id stand, the oldest first. */
  async statesOf(workflowId: string): Promise<string[]> {
    return (await this.runsOf(workflowId)).map(({ status }) => status.name);
  }
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

function workflows(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("workflows.ts", import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  return bundle;
}
