import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import { ResourceStoreClient } from "@protomesh/core/api";
import { freePort, startChild, type Child } from "@protomesh/local";

/** A store as a process of its own, always on the same port. */
export interface StoreProcess {
  readonly name: string;
  /** host:port. */
  readonly address: string;
  readonly client: ResourceStoreClient;
  /** SIGKILL, and a new one in its place. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const bin = fileURLToPath(new URL("../../../packages/store/bin/protomesh-store.js", import.meta.url));

/** @param settings flags beside those for its ports, such as the connection string's */
export async function startStoreProcess(name: string, settings: readonly string[]): Promise<StoreProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  const admin = `127.0.0.1:${await freePort()}`;
  const start = async (): Promise<Child> =>
    startChild({
      name,
      command: process.execPath,
      args: [
        bin,
        "-http-server-tls-disable",
        "-http-server-shutdown-timeout=5s",
        "-log-level=error",
        `-store-listener-address=${address}`,
        `-store-admin-listener-address=${admin}`,
        `-store-postgres-migration-file=${join(bin, "../../../../migrations")}`,
        ...settings,
      ],
      ready: { when: async () => isAlive(admin) },
    });
  let child = await start();
  const client = new ResourceStoreClient(address, credentials.createInsecure(), storeChannelOptions);
  return {
    name,
    address,
    client,
    crash: async () => {
      process.kill(child.pid, "SIGKILL");
      await child.exited;
      child = await start();
    },
    stop: async () => {
      client.close();
      await child.stop();
    },
  };
}

async function isAlive(admin: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${admin}/healthz`, { headers: { connection: "close" } });
    await response.arrayBuffer();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
