import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import { PutResourceRequest, ResourceStoreClient, type Resource } from "@protomesh/core/api";
import {
  ChildError,
  componentsOf,
  findFreePlaces,
  findPeer,
  flagsOf,
  runChild,
  startChild,
  startComponent,
  startPostgres,
} from "@protomesh/local";
import { gatewayPolicy } from "@protomesh/testing/resources";
import { opened } from "@protomesh/testing/owned";
import { until } from "@protomesh/testing/until";

/** What the gateway is loaded with, and what it stands before, as programs on disk. */
export interface Programs {
  readonly h2load: string;
  readonly ghz: string;
  /** The Lambda API that costs next to nothing. */
  readonly lambda: string;
}

/** The gateway as a process, over a store, before a Lambda endpoint in Go. */
export interface GatewayStage {
  readonly programs: Programs;
  /** host:port */
  readonly gateway: string;
  readonly lambda: string;
  readonly pids: { readonly gateway: number; readonly lambda: number };
  readonly say: (line: string) => void;
  stop(): Promise<void>;
}

export const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(checkout, ".cache/bench");

/** @returns why the gateway cannot be measured here, where that is so */
export async function findPrograms(): Promise<Programs | { readonly missing: string }> {
  await mkdir(folder, { recursive: true });
  const ghz = findPeer("ghz", { path: process.env["PATH"] ?? "", checkout });
  if (!ghz.found) return { missing: ghz.reason };
  const lambda = join(folder, "lambda");
  try {
    const args = ["build", "-o", lambda, "./lambda"];
    await runChild({
      name: "go build of bench/load/lambda",
      command: "go",
      args,
      folder: join(checkout, "bench/load"),
    });
    await runChild({ name: "h2load (Debian: nghttp2-client)", command: "h2load", args: ["--version"] });
  } catch (error) {
    if (error instanceof ChildError) return { missing: error.message };
    throw error;
  }
  return { h2load: "h2load", ghz: ghz.path, lambda };
}

export const httpPath = "/hello";
export const grpcMethod = "/protomesh.services.v1.PingPongService/DoPing";

/** @param nodeFlags for the gateway's process */
export async function openGatewayStage(
  programs: Programs,
  nodeFlags: readonly string[],
  say: (line: string) => void,
): Promise<GatewayStage> {
  return opened(async (own) => {
    const places = await findFreePlaces();
    const postgres = await startPostgres();
    own(async () => postgres.stop());
    const components = componentsOf({
      places,
      dsn: postgres.dsn,
      migrations: join(checkout, "migrations"),
      logLevel: "info",
      lambda: { kind: "ours", url: `http://${places.lambda}` },
      temporalAddress: places.temporal,
      temporalNamespace: "default",
    });
    const { signal } = new AbortController();
    const log = (): void => undefined;
    const store = await startComponent(components.store, { checkout, signal, log });
    own(async () => store.stop());
    const lambda = await startChild({ name: "lambda", command: programs.lambda, args: [`-address=${places.lambda}`] });
    own(async () => lambda.stop());
    // It writes its line for each request, as it does in production; nobody reads them here.
    const gateway = await startChild({
      name: "gateway",
      command: process.execPath,
      args: [
        ...nodeFlags,
        join(checkout, components.gateway.bin),
        ...flagsOf({ ...components.gateway.settings, "log.json": "true" }),
      ],
      variables: components.gateway.variables,
      ready: { when: async () => answersOk(`http://${components.gateway.admin}/readyz`) },
    });
    own(async () => gateway.stop());
    const client = new ResourceStoreClient(places.store, credentials.createInsecure(), storeChannelOptions);
    own(() => client.close());
    const source = { $case: "grpc", value: { methodName: grpcMethod, exactMethodNameMatch: true } } as const;
    for (const resource of [gatewayPolicy(), gatewayPolicy({ name: "ping-pong", spec: { source } })]) {
      await put(client, resource);
    }
    await until(async () => answersOk(`http://${places.gateway}${httpPath}`), "the policies are served");
    return {
      programs,
      gateway: places.gateway,
      lambda: places.lambda,
      pids: { gateway: gateway.pid, lambda: lambda.pid },
      say,
    };
  });
}

async function put(client: ResourceStoreClient, resource: Resource): Promise<void> {
  return new Promise((resolve, reject) => {
    client.put(PutResourceRequest.fromPartial({ resource }), (error) => (error === null ? resolve() : reject(error)));
  });
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    // Nobody listens there yet.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
