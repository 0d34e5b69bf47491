import {
  conflictsOf,
  grpcRoute,
  headersText,
  healthMethodOf,
  httpRoute,
  type Model,
  type Policy,
} from "@protomesh/gateway";
import type { AskedRequest } from "./asked-request.js";

/** What a gateway would make of a request that reaches it. */
export interface GatewayAnswer {
  /** What it is asked for: the path of the client's request, or what a route of an Envoy makes of it. */
  readonly path: string;
  readonly policy?: Policy;
  /** It answers gRPC's health checks itself. */
  readonly isHealthCheck: boolean;
  /** The ids of policies that say the same, and lose. */
  readonly loserIds: readonly string[];
  readonly missing: readonly string[];
}

/** @param path without the query */
export function gatewayAnswer(model: Model, asked: AskedRequest, path: string): GatewayAnswer {
  const authority = asked.host ?? "";
  const byHttp = httpRoute(model.table, authority, asked.method, path, asked.headers);
  const byGrpc = grpcRoute(model.table, authority, path, asked.headers);
  const policy = asked.protocol === "grpc" ? byGrpc : byHttp;
  const isHealthCheck = policy === undefined && asked.protocol === "grpc" && healthMethodOf(path) !== undefined;
  const losers = conflictsOf(model).filter(({ winner }) => winner.id === policy?.id);
  return {
    path,
    ...(policy !== undefined && { policy }),
    isHealthCheck,
    loserIds: losers.map(({ loser }) => loser.id),
    missing: policy === undefined && !isHealthCheck ? missingOf(model, asked, path, byGrpc) : [],
  };
}

function missingOf(
  { table, policies, invalid }: Model,
  { protocol, method, host }: AskedRequest,
  path: string,
  byGrpc: Policy | undefined,
): readonly string[] {
  const what = protocol === "grpc" ? `the method ${path}` : `${method} ${path}`;
  const where = host === undefined ? "" : ` of ${host}`;
  const withHeaders =
    protocol === "grpc"
      ? grpcRoute(table, host ?? "", path, undefined)
      : httpRoute(table, host ?? "", method, path, undefined);
  return [
    policies.size === 0 ? "there is no gateway policy" : `no gateway policy takes ${what}${where}`,
    ...(withHeaders === undefined
      ? []
      : [`with ${headersText(withHeaders.match.headers)}, gateway_policy/${withHeaders.name} takes it`]),
    ...(protocol === "http" && byGrpc !== undefined ? [`as a gRPC call, gateway_policy/${byGrpc.name} takes it`] : []),
    ...[...invalid.values()].map(({ name, reason }) => `gateway_policy/${name} cannot be carried out: ${reason}`),
  ];
}
