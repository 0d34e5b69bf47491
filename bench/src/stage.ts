import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import { ResourceStoreClient } from "@protomesh/core/api";
import {
  componentsOf,
  envoyBootstrap,
  findPeer,
  findFreePlaces,
  portOf,
  startComponent,
  startEnvoy,
  startPostgres,
  type Component,
  type ComponentName,
  type Places,
  type RunningEnvoy,
} from "@protomesh/local";
import { opened } from "@protomesh/testing/owned";

/** What suites measure on: the shipped programs as processes of their own, over a PostgreSQL that writes to its disk. */
export interface Stage {
  readonly places: Places;
  readonly store: ResourceStoreClient;
  readonly dsn: string;
  /** By component: its process. */
  readonly pids: Readonly<Partial<Record<ComponentName | "postgres" | "envoy", number>>>;
  /** Ends a component and starts it again at the same place; settles with its new process when it is ready. */
  restart(name: ComponentName): Promise<number>;
  /** Another Envoy of this node id, by one of the bootstraps of `examples/envoy`; who starts it stops it. */
  startEnvoy(bootstrap: string, nodeId: string): Promise<RunningEnvoy>;
  stop(): Promise<void>;
}

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** Starts PostgreSQL, the store, the named components after it, and Envoy where xDS is among them. */
export async function openStage(components: readonly Exclude<ComponentName, "store" | "worker">[]): Promise<Stage> {
  return opened(async (own) => {
    const places = await findFreePlaces();
    const postgres = await startPostgres({ durable: true });
    own(async () => postgres.stop());
    const all = componentsOf({
      places,
      dsn: postgres.dsn,
      migrations: join(checkout, "migrations"),
      logLevel: "error",
      lambda: { kind: "yours", url: `http://${places.lambda}` },
      temporalAddress: places.temporal,
      temporalNamespace: "default",
    });
    const running = new Map<string, { stop(): Promise<unknown> }>();
    const start = async (component: Component): Promise<number> => {
      const { signal } = new AbortController();
      const child = await startComponent(component, {
        checkout,
        signal,
        log: (line) => process.stderr.write(`${line}\n`),
      });
      own(async () => child.stop());
      running.set(component.name, child);
      return child.pid;
    };
    const restart = async (name: ComponentName): Promise<number> => {
      await running.get(all[name].name)?.stop();
      pids[name] = await start(all[name]);
      return pids[name];
    };
    const pids: Partial<Record<ComponentName | "postgres" | "envoy", number>> = { postgres: postgres.pid };
    for (const name of ["store", ...components] as const) pids[name] = await start(all[name]);
    if (components.includes("xds")) {
      const envoy = await startEnvoy({ path: envoyProgram(), bootstrap: await bootstrapFor(places, "delta-ads") });
      own(async () => envoy.stop());
      pids.envoy = envoy.pid;
    }
    const store = new ResourceStoreClient(places.store, credentials.createInsecure(), storeChannelOptions);
    own(() => store.close());
    const another: Stage["startEnvoy"] = async (name, id) => {
      const bootstrap = { ...(await bootstrapFor(places, name)), node: { id, cluster: "xds" } };
      return startEnvoy({ path: envoyProgram(), bootstrap });
    };
    return { places, store, dsn: postgres.dsn, pids, restart, startEnvoy: another };
  });
}

/**
 * The path of the Envoy that is measured with.
 * @throws where there is none
 */
export function envoyProgram(): string {
  const found = findPeer("envoy", {
    setting: process.env["PROTOMESH_ENVOY"],
    path: process.env["PATH"] ?? "",
    checkout,
  });
  if (!found.found) throw new Error(found.reason);
  return found.path;
}

async function bootstrapFor(places: Places, name: string): Promise<Record<string, unknown>> {
  const example = await readFile(join(checkout, `examples/envoy/${name}.yaml`), "utf8");
  return envoyBootstrap(example, portOf(places.xds), "127.0.0.1:0");
}
