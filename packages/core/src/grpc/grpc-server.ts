import {
  Server,
  type ChannelOptions,
  type ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ReflectionService } from "@grpc/reflection";
import { ListenError } from "../lifecycle/listen.js";
import { formatAddress, parseAddress } from "../lifecycle/address.js";
import type { Scope } from "../lifecycle/program.js";
import { healthService } from "./health.js";
import { serverCredentials, type ServerTls } from "../tls/server-tls.js";

/** One gRPC service and what answers it. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

export interface GrpcServerOptions {
  /** host:port; port 0 takes a free one. */
  readonly address: string;
  readonly tls: ServerTls | undefined;
  readonly services: readonly ServedService[];
  /** Describes the services to tools such as grpcurl; undefined: no reflection. */
  readonly reflection?: ReflectionService | undefined;
  readonly channelOptions?: ChannelOptions;
}

/** Keepalive in both directions: a dead peer is noticed in 50 s, and an event loop that stalls for a while is not taken for one. */
const defaultChannelOptions: ChannelOptions = {
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 20_000,
  "grpc.keepalive_permit_without_calls": 1,
  // Counters per call that nobody here reads: they cost a few percent of a unary call.
  "grpc.enable_channelz": 0,
};

/**
 * Starts a gRPC server with health (`grpc.health.v1`, following the program's readiness) and reflection. On drain it sends
 * GOAWAY, lets calls in flight end, and cuts what is left after three quarters of the drain timeout; services whose
 * streams never end by themselves must end them when `scope.draining` aborts.
 * @returns the address that is open, with the real port
 * @throws ListenError when the port cannot be opened
 */
export async function startGrpcServer(scope: Scope, options: GrpcServerOptions): Promise<{ readonly address: string }> {
  const server = new Server({ ...defaultChannelOptions, ...options.channelOptions });
  const health = healthService(
    scope,
    options.services.flatMap(({ definition }) => serviceNameOf(definition) ?? []),
  );
  for (const { definition, implementation } of [...options.services, health])
    server.addService(definition, implementation);
  options.reflection?.addToServer(server);

  const address = await bind(server, options.address, serverCredentials(scope, options.tls));
  scope.own("gRPC server", () => shutdown(server, (scope.drainTimeoutMs * 3) / 4));
  scope.listening("grpc", address);
  return { address };
}

/** `/pkg.Service/Method` → `pkg.Service`; undefined for a service without methods. */
function serviceNameOf(definition: ServiceDefinition): string | undefined {
  return Object.values(definition)[0]?.path.split("/")[1];
}

async function bind(server: Server, address: string, credentials: ServerCredentials): Promise<string> {
  const { host, port } = parseAddress(address);
  return new Promise((resolve, reject) => {
    server.bindAsync(formatAddress(host, port), credentials, (error, boundPort) => {
      if (error === null) resolve(formatAddress(host, boundPort));
      else reject(new ListenError(address, Object.assign(error, { code: codeOf(error) })));
    });
  });
}

/** grpc-js reports why a port cannot be opened in the message only. */
function codeOf(error: Error): string | undefined {
  return /\b(E[A-Z]{3,})\b/.exec(error.message)?.[1];
}

/**
 * A client whose TLS handshake ends after the port was closed has a session that grpc-js does not end by itself: sessions are
 * asked to end again and again.
 */
async function shutdown(server: Server, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timeout = setTimeout(() => server.forceShutdown(), timeoutMs);
    const late = setInterval(() => server.tryShutdown(() => {}), lateSessionsMs);
    server.tryShutdown(() => {
      clearTimeout(timeout);
      clearInterval(late);
      resolve();
    });
  });
}

const lateSessionsMs = 100;
