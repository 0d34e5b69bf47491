import { readFile } from "node:fs/promises";
import { startProgram, type RunningProgram } from "@protomesh/core";
import { program as gateway } from "@protomesh/gateway";
import { envoyBootstrap, portOf, startLambdaEndpoint } from "@protomesh/local";
import { envoyPath, startEnvoy, startTemporal, until, type RunningEnvoy, type Skippable } from "@protomesh/testing";
import { opened, type Own } from "@protomesh/testing/owned";
import { program as worker } from "@protomesh/worker";
import { program as xds } from "@protomesh/xds";
import { vi } from "vitest";
import type { TestStore } from "./store.js";

/** What follows a store: xDS servers with Envoys, and a gateway before functions that answer with their names. */
export interface Mesh extends AsyncDisposable {
  /** host:port */
  readonly gatewayAddress: string;
  /** A worker before a Temporal of its own. */
  startWorker(): Promise<void>;
  /** An xDS server of its own name, whose Envoys open their ports on `bindAddress`. */
  startXds(options: XdsOptions): Promise<TestXds>;
}

export interface XdsOptions {
  readonly namespace: string;
  readonly bindAddress?: string;
  readonly settings?: Record<string, unknown>;
}

export interface TestXds {
  readonly program: RunningProgram;
  /** An Envoy of this id and cluster. */
  startNode(id: string, cluster?: string): Promise<RunningEnvoy>;
}

export interface MeshOptions {
  readonly namespace: string;
  /** The names of the Lambda functions. */
  readonly functions?: readonly string[];
  readonly settings?: Record<string, unknown>;
}

/** Starts a gateway for a namespace of the store; the test is left out where there is no Envoy. */
export async function startMesh(context: Skippable, store: TestStore, options: MeshOptions): Promise<Mesh> {
  envoyPath(context);
  const mesh = await opened(async (own) => open(store, options, own));
  return { ...mesh, [Symbol.asyncDispose]: async () => mesh.stop() };
}

async function open(
  store: TestStore,
  { namespace, functions = [], settings = {} }: MeshOptions,
  own: Own,
): Promise<Omit<Mesh, typeof Symbol.asyncDispose>> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  own(() => void vi.unstubAllEnvs());
  const answers = functions.map((name) => [name, () => ({ statusCode: 200, body: name })] as const);
  const lambda = await startLambdaEndpoint({ functions: Object.fromEntries(answers) });
  own(async () => lambda.stop());
  const owned = (program: RunningProgram): RunningProgram => {
    own(async () => program.stop());
    return program;
  };
  const running = owned(
    await startProgram(gateway, {
      "http.server.tls.disable": true,
      "gateway.listener.address": "127.0.0.1:0",
      "gateway.resource.store.server.address": store.address,
      "gateway.service.resource.store.namespace": namespace,
      "gateway.aws.lambda.endpoint": lambda.url,
      "gateway.aws.lambda.region": "us-east-1",
      "gateway.instance.name": "only",
      ...settings,
    }),
  );
  return {
    gatewayAddress: running.addresses["gateway"] ?? "",
    startWorker: async () => {
      const temporal = await startTemporal();
      own(async () => temporal.stop());
      owned(
        await startProgram(worker, {
          "temporal.address": temporal.address,
          "worker.resource.store.server.address": store.address,
          "worker.service.resource.store.namespace": namespace,
        }),
      );
    },
    startXds: async ({ namespace: served, bindAddress = "127.0.0.1", settings: more = {} }) => {
      const server = owned(
        await startProgram(xds, {
          "http.server.tls.disable": true,
          "envoy.xds.listener.address": "127.0.0.1:0",
          "envoy.xds.resource.store.server.address": store.address,
          "envoy.xds.service.resource.store.namespace": served,
          "envoy.xds.ingress.bind.address": bindAddress,
          ...more,
        }),
      );
      await until(() => server.readiness().ready, "the xDS server is ready");
      return {
        program: server,
        startNode: async (id, cluster = "any") => {
          const example = await readFile(new URL("../../../../../examples/envoy/ads.yaml", import.meta.url), "utf8");
          const bootstrap = envoyBootstrap(example, portOf(server.addresses["grpc"] ?? ""), "127.0.0.1:0");
          const envoy = await startEnvoy({ bootstrap: { ...bootstrap, node: { id, cluster } } });
          own(async () => envoy.stop());
          return envoy;
        },
      };
    },
  };
}
