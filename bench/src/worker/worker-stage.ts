import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResourceStoreClient } from "@protomesh/core/api";
import { componentsOf, findPeer, startComponent, startTemporal, type Child } from "@protomesh/local";
import { opened } from "@protomesh/testing/owned";
import { Client, Connection } from "@temporalio/client";
import { openStage } from "../stage.js";

/** What the worker's figures are taken on. */
export interface WorkerStage {
  readonly store: ResourceStoreClient;
  readonly temporal: Client;
  readonly temporalPid: number;
  /** Starts the worker, ready when this resolves; `settings` are laid over its own. */
  startWorker(settings: Readonly<Record<string, string>>): Promise<Child>;
  /** The sum of all samples of a metric of the running worker that have these labels, such as `standing="running"`. */
  metric(name: string, labels?: string): Promise<number>;
  readonly say: (line: string) => void;
  stop(): Promise<void>;
}

const checkout = fileURLToPath(new URL("../../..", import.meta.url));

/** @returns why it cannot be opened, where the machine has no Temporal */
export async function openWorkerStage(
  say: (line: string) => void,
): Promise<WorkerStage | { readonly missing: string }> {
  const found = findPeer("temporal", {
    setting: process.env["PROTOMESH_TEMPORAL"],
    path: process.env["PATH"] ?? "",
    checkout,
  });
  if (!found.found) return { missing: found.reason };
  return opened(async (own) => {
    const stage = await openStage([]);
    own(async () => stage.stop());
    const server = await startTemporal({ path: found.path });
    own(async () => server.stop());
    const connection = await Connection.connect({ address: server.address });
    own(async () => connection.close());
    const { worker } = componentsOf({
      places: stage.places,
      dsn: stage.dsn,
      migrations: join(checkout, "migrations"),
      logLevel: "error",
      lambda: { kind: "yours", url: `http://${stage.places.lambda}` },
      temporalAddress: server.address,
      temporalNamespace: "default",
    });
    return {
      store: stage.store,
      temporal: new Client({ connection }),
      temporalPid: server.pid,
      say,
      async startWorker(settings) {
        const component = { ...worker, settings: { ...worker.settings, ...settings } };
        const { signal } = new AbortController();
        const log = (line: string): void => void process.stderr.write(`${line}\n`);
        const child = await startComponent(component, { checkout, signal, log });
        own(async () => child.stop());
        return child;
      },
      async metric(name, labels = "") {
        const text = await (await fetch(`http://${worker.admin}/metrics`)).text();
        const samples = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
        const wanted = samples.filter((line) => line.includes(labels));
        return wanted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
      },
    };
  });
}
