import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startChild } from "@protomesh/local";

/** An etcd of our own, alone in its cluster, which writes to its disk. */
export interface RunningEtcd {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startEtcd(program: string): Promise<RunningEtcd> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-etcd-"));
  const [client, peer] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const flags = {
    "data-dir": folder,
    "listen-client-urls": `http://${client}`,
    "advertise-client-urls": `http://${client}`,
    "listen-peer-urls": `http://${peer}`,
    "initial-advertise-peer-urls": `http://${peer}`,
    "initial-cluster": `default=http://${peer}`,
    "log-level": "error",
  };
  const child = await startChild({
    name: "etcd",
    command: program,
    args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ready: { when: async () => isHealthy(client) },
  });
  return {
    address: client,
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/health`)).ok;
  } catch (error) {
    // What fetch throws while nobody listens.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
