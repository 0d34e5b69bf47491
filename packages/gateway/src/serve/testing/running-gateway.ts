import { startLambdaEndpoint, type Faults, type LambdaEndpoint, type LambdaFunction } from "@protomesh/local";
import type { TlsMaterial } from "@protomesh/core";
import { BehaviorSubject, NEVER } from "rxjs";
import type { FrontLimits } from "../../front/front-limits.js";
import { openFront, type Front } from "../../front/front.js";
import { Connections } from "../../lambda/connections.js";
import { DirectInvoker } from "../../lambda/direct-invoker.js";
import type { Match, Policy } from "../../routes/policy.js";
import { emptyTable, withPolicy } from "../../routes/route-table.js";
import type { CallSettings } from "../call-settings.js";
import { gateway } from "../gateway.js";
import type { ServedRequest } from "../served-request.js";
import type { Signals } from "../stream-continuation.js";

export interface GatewayUnderTest {
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Default: each function takes HTTP on the path of its name, and gRPC methods of the service `test.NAME`. */
  readonly policies?: readonly Policy[];
  readonly faults?: Faults;
  readonly settings?: Partial<CallSettings>;
  readonly limits?: Partial<FrontLimits>;
  readonly signals?: Signals;
  readonly tls?: TlsMaterial;
}

/** A gateway on a free port before the real Lambda endpoint. */
export interface RunningGateway extends AsyncDisposable {
  /** host:port */
  readonly address: string;
  readonly url: string;
  readonly lambda: LambdaEndpoint;
  readonly front: Front;
  /** The requests that are over, oldest first. */
  readonly served: readonly ServedRequest[];
  readonly ready: BehaviorSubject<boolean>;
}

export async function startGateway(test: GatewayUnderTest): Promise<RunningGateway> {
  const lambda = await startLambdaEndpoint({
    functions: test.functions,
    ...(test.faults !== undefined && { faults: test.faults }),
  });
  const invoker = new DirectInvoker(
    { endpoint: lambda.url, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } },
    new Connections({ maxConnections: 100, connectTimeoutMs: 1_000 }),
  );
  const policies = test.policies ?? Object.keys(test.functions).flatMap((name) => policiesOf(name));
  const table = policies.reduce(withPolicy, emptyTable);
  const served: ServedRequest[] = [];
  const ready = new BehaviorSubject(true);
  const handle = gateway({
    table: () => table,
    ready,
    invoker,
    signals: test.signals,
    reflection: true,
    settings: { ...callSettings, ...test.settings },
    onServed: (request) => void served.push(request),
    onError: (error) => {
      throw error;
    },
  });
  const front = await openFront(
    {
      address: "127.0.0.1:0",
      tls: test.tls && { now: test.tls, renewed: NEVER },
      limits: { ...frontLimits, ...test.limits },
    },
    handle,
  );
  return {
    address: front.address,
    url: `${test.tls === undefined ? "http" : "https"}://${front.address}`,
    lambda,
    front,
    served,
    ready,
    [Symbol.asyncDispose]: async () => {
      ready.complete();
      await front.drain(0);
      await invoker.close();
      await lambda.stop();
    },
  };
}

/** A policy with defaults: HTTP on any method, one function. */
export function policy({
  match,
  ...changes
}: Partial<Omit<Policy, "match">> & { match: Omit<Match, "host" | "headers"> & Partial<Match> }): Policy {
  const id = `${match.protocol} ${match.host ?? ""} ${match.method} ${match.path}`;
  return {
    id,
    name: id,
    index: 1n,
    createdIndex: 1n,
    match: { ...match, host: match.host ?? "", headers: match.headers ?? [] },
    chain: [{ functionName: "echo", qualifier: undefined }],
    streamSignalKey: undefined,
    timeoutMs: undefined,
    maxConcurrency: undefined,
    payloadFormat: "1.0",
    streams: false,
    setsGrpcStatus: false,
    throttlingRetries: 0,
    ...changes,
  };
}

function policiesOf(name: string): readonly Policy[] {
  const chain = [{ functionName: name, qualifier: undefined }];
  return [
    policy({ match: { protocol: "http", method: "*", path: `/${name}`, exact: false }, chain }),
    policy({
      match: { protocol: "grpc", method: "*", path: `/test.${name}/`, exact: false },
      chain,
      streamSignalKey: "x-topic",
    }),
  ];
}

const callSettings: CallSettings = {
  maxBodyBytes: 6 * 1024 * 1024,
  maxMessageBytes: 4 * 1024 * 1024,
  maxStreamedMessageBytes: 6 * 1024 * 1024,
  timeoutMs: 60_000,
  nonceHeader: "x-nounce",
  streamTimeoutHeader: "x-server-stream-timeout",
  signalTopicPrefix: "lambda.server.stream:",
  unpaddedBase64: false,
};

const frontLimits: FrontLimits = {
  sniffTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  maxHeaderBytes: 64 * 1024,
  maxStreams: 1_000,
  maxConnections: 1_000,
};
