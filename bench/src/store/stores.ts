import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentsOf, findFreePlaces, startComponent } from "@protomesh/local";

/** A store process. */
export interface RunningStore {
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const checkout = fileURLToPath(new URL("../../..", import.meta.url));

/** Starts a store over a database that others may use, too. */
export async function startStore(dsn: string): Promise<RunningStore> {
  const places = await findFreePlaces();
  const { store } = componentsOf({
    places,
    dsn,
    migrations: join(checkout, "migrations"),
    logLevel: "error",
    lambda: { kind: "yours", url: `http://${places.lambda}` },
    temporalAddress: places.temporal,
    temporalNamespace: "default",
  });
  const { signal } = new AbortController();
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const child = await startComponent(store, { checkout, signal, log });
  return {
    address: places.store,
    pid: child.pid,
    stop: async () => {
      await child.stop();
    },
  };
}
