import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { ResourceStoreClient } from "@protomesh/core/api";
import {
  componentsOf,
  envoyBootstrap,
  exampleFunctions,
  examplePorts,
  findFreePlaces,
  portOf,
  resourceFolder,
  startComponent,
  startLambdaEndpoint,
  type Child,
  type ComponentName,
} from "@protomesh/local";
import { startEnvoy, type RunningEnvoy } from "@protomesh/testing";
import { opened, type Own } from "@protomesh/testing/owned";

/** What an environment is started over. */
export interface EnvironmentOptions {
  /** A PostgreSQL database that the environment may migrate. */
  readonly dsn: string;
  readonly envoyPath: string;
  readonly temporalAddress: string;
}

/** The shipped programs as processes on free ports, with an Envoy and a Lambda endpoint, driven by the command line. */
export interface Environment {
  /** host:port of the ingress that the quick start declares. */
  readonly ingressAddress: string;
  readonly gatewayAddress: string;
  readonly store: ResourceStoreClient;
  readonly envoy: RunningEnvoy;
  /** The quick start's resource files, with this environment's ports; tests may edit them. */
  readonly resources: string;
  /** Runs `protomesh …` against this environment's store, and gives what it wrote. */
  readonly protomesh: (...args: readonly string[]) => Promise<string>;
  /** Ends a component with the signal and starts it again where it was. */
  readonly restart: (name: ComponentName, signal: NodeJS.Signals) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const execute = promisify(execFile);
const checkout = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(checkout, "packages/cli/bin/protomesh.js");

/** Starts everything and applies the quick start's resources. What was started ends again when a part of it fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  return opened(async (own) => open(options, own));
}

async function open(
  { dsn, envoyPath, temporalAddress }: EnvironmentOptions,
  own: Own,
): Promise<Omit<Environment, "stop">> {
  const places = await findFreePlaces();
  const folder = await mkdtemp(join(tmpdir(), "protomesh-environment-"));
  own(async () => rm(folder, { recursive: true }));
  const resources = await resourceFolder(
    join(checkout, "examples/quickstart"),
    new Map([
      [examplePorts.ingress, portOf(places.ingress)],
      [examplePorts.gateway, portOf(places.gateway)],
    ]),
    join(folder, "resources"),
  );
  const lambda = await startLambdaEndpoint({ functions: exampleFunctions });
  own(async () => lambda.stop());
  const components = componentsOf({
    places,
    dsn,
    migrations: join(checkout, "migrations"),
    logLevel: "error",
    lambda: { kind: "ours", url: lambda.url },
    temporalAddress,
    temporalNamespace: "default",
  });

  const running = new Map<ComponentName, Child>();
  const start = async (name: ComponentName): Promise<void> => {
    const { signal } = new AbortController();
    running.set(name, await startComponent(components[name], { checkout, signal, log: () => {} }));
  };
  own(async () => Promise.all([...running.values()].map(async (child) => child.stop())));
  await start("store");
  await Promise.all([start("xds"), start("gateway"), start("worker")]);

  const example = await readFile(join(checkout, "examples/envoy/ads.yaml"), "utf8");
  const bootstrap = envoyBootstrap(example, portOf(places.xds), "127.0.0.1:0");
  const envoy = await startEnvoy({ path: envoyPath, bootstrap });
  own(async () => envoy.stop());
  const store = new ResourceStoreClient(places.store, credentials.createInsecure());
  own(() => store.close());

  const protomesh = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute(process.execPath, [cli, ...args, "--server", places.store]);
    return stdout;
  };
  await protomesh("apply", "-f", resources);
  return {
    ingressAddress: `127.0.0.1:${portOf(places.ingress)}`,
    gatewayAddress: places.gateway,
    store,
    envoy,
    resources,
    protomesh,
    restart: async (name, signal) => {
      const child = running.get(name);
      if (child === undefined) throw new Error(`${name} is not running`);
      process.kill(child.pid, signal);
      await child.exited;
      await start(name);
    },
  };
}
