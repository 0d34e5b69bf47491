import { join } from "node:path";
import { exampleFunctions } from "../functions/example-functions.js";
import { startLambdaEndpoint } from "../lambda/lambda-endpoint.js";
import { applyExample } from "./apply-example.js";
import { componentsOf, type Component, type ComponentName, type Lambda } from "./components.js";
import { openDatabase } from "./database.js";
import { bringEnvoy, runEnvoy, untilIngress } from "./envoy.js";
import { keep, type Launch } from "./launch.js";
import { startComponent } from "./start-component.js";
import { openTemporal, runGreetings } from "./temporal.js";

/** What became of a start, as far as the person has to know it. */
export interface Started {
  /** The folder of the resource files that were applied. */
  readonly resources: string;
  /** Whether there is an Envoy, and a Temporal. */
  readonly envoy: boolean;
  readonly temporal: boolean;
}

type Components = Readonly<Record<ComponentName, Component>>;

/**
 * Starts everything, each part as soon as what it needs is there, and applies the example.
 * @throws the first error; whatever has been started until then is on the launch's stack
 */
export async function startQuickStart(launch: Launch): Promise<Started> {
  const program = bringEnvoy(launch);
  const temporalAddress = openTemporal(launch);
  const components = openStore(launch);
  const resources = components.then(() => applyExample(launch));
  const [applied, envoy, temporal] = await Promise.all([
    resources,
    openIngress(launch, components, program, resources),
    openWorker(launch, components, temporalAddress),
    components.then(({ gateway }) => run(launch, gateway, "HTTP/1.1, HTTP/2 and gRPC")),
  ]);
  return { resources: applied, envoy, temporal };
}

/** Starts the store on its database; returns how the others are to be run. */
async function openStore(launch: Launch): Promise<Components> {
  const { settings, places, checkout } = launch;
  const [dsn, lambda] = await Promise.all([openDatabase(launch), openLambda(launch)]);
  const components = componentsOf({
    places,
    dsn,
    migrations: join(checkout, "migrations"),
    logLevel: settings["log.level"],
    lambda,
    temporalAddress: settings["temporal.address"] ?? places.temporal,
    temporalNamespace: settings["temporal.namespace"],
  });
  await run(launch, components.store, "gRPC");
  return components;
}

/** What the gateway calls; our own endpoint is started. */
async function openLambda({ settings, places, terminal, stack }: Launch): Promise<Lambda> {
  const external = settings["gateway.aws.lambda.endpoint"];
  if (external !== undefined && external !== "") {
    terminal.started("Lambda", `yours, at ${external}`);
    return { kind: "yours", url: external };
  }
  if (!settings["local.lambda.example"]) {
    terminal.started("Lambda", "AWS, by local.lambda.example=false");
    return { kind: "aws" };
  }
  const start = startLambdaEndpoint({ address: places.lambda, functions: exampleFunctions });
  const endpoint = await stack.add(start, async (running) => running.stop());
  terminal.started("Lambda", `${endpoint.url} runs ${Object.keys(exampleFunctions).join(", ")}`);
  return { kind: "ours", url: endpoint.url };
}

/** Starts xDS, and Envoy on it where there is one, until it serves what has been applied. */
async function openIngress(
  launch: Launch,
  components: Promise<Components>,
  program: Promise<string | undefined>,
  applied: Promise<unknown>,
): Promise<boolean> {
  const xds = components.then((all) => run(launch, all.xds, "xDS for Envoy and gRPC"));
  const [path] = await Promise.all([program, xds]);
  if (path === undefined) return false;
  await Promise.all([runEnvoy(launch, path), applied]);
  await untilIngress(launch);
  return true;
}

/** Starts the worker where there is a Temporal, with a worker of the example's workflow. */
async function openWorker(
  launch: Launch,
  components: Promise<Components>,
  temporalAddress: Promise<string | undefined>,
): Promise<boolean> {
  const [address, { worker }] = await Promise.all([temporalAddress, components]);
  if (address === undefined) return false;
  await Promise.all([run(launch, worker, "starts the declared workflows"), runGreetings(launch, address)]);
  return true;
}

async function run(launch: Launch, component: Component, what: string): Promise<void> {
  const { name } = component;
  const start = startComponent(component, {
    checkout: launch.checkout,
    signal: launch.ending.signal,
    log: launch.terminal.heard(name),
  });
  await keep(launch, name, start);
  const places = [component.listener, `http://${component.admin}/status`].filter((place) => place !== undefined);
  launch.terminal.started(name, `${places.join(", ")}: ${what}`);
}
