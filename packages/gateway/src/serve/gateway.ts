import type { Exchange } from "../front/exchange.js";
import { pathOf } from "../front/exchange.js";
import { headerOf } from "../front/header-pairs.js";
import { code } from "../grpc/status.js";
import { wireProtocolOf } from "../grpc/wire-protocol.js";
import { failureDetail, grpcFailure, type CallFailure } from "../lambda/failure-answer.js";
import type { Invoker } from "../lambda/invoker.js";
import type { Policy } from "../routes/policy.js";
import { grpcRoute, httpRoute, type RouteTable } from "../routes/route-table.js";
import { Concurrency } from "./concurrency.js";
import { serveGrpcCall } from "./grpc-call.js";
import { refuseCall, type GrpcRequest } from "./grpc-request.js";
import { healthMethodOf, serveHealth, type Serving } from "./health.js";
import { refuseRequest, serveHttpRequest } from "./http-request.js";
import { reflectionMethods } from "./reflection.js";
import { serveReflection } from "./serve-reflection.js";
import { MeasuredInvoker } from "./measured-invoker.js";
import { requestIdOf, traceIdOf } from "./request-id.js";
import type { Outcome, ServedRequest } from "./served-request.js";
import type { Signals } from "./stream-continuation.js";

export interface GatewayOptions extends Serving {
  readonly invoker: Omit<Invoker, "close">;
  readonly signals: Signals | undefined;
  /** Told of each request when it is over. */
  readonly onServed: (request: ServedRequest) => void;
  /** Told of an error of the gateway's own; the request got a plain refusal. */
  readonly onError: (error: unknown, requestId: string) => void;
}

const noPolicies = "the gateway does not know its policies yet";

/** Serves requests: finds the policy, invokes its functions, answers. */
export function gateway(options: GatewayOptions): (exchange: Exchange) => void {
  const serves: Serves = { ...options, concurrency: new Concurrency() };
  return (exchange) => void serve(exchange, serves);
}

interface Serves extends GatewayOptions {
  readonly concurrency: Concurrency;
}

interface Request {
  readonly exchange: Exchange;
  readonly requestId: string;
  readonly receivedAt: number;
}

/** Who answers a request, and how. */
interface Routed {
  readonly protocol: string;
  readonly policy: Policy | undefined;
  readonly answer: () => Promise<Outcome> | Outcome;
}

async function serve(exchange: Exchange, options: Serves): Promise<void> {
  const begun = performance.now();
  const requestId = requestIdOf(exchange.headers);
  const invoker = new MeasuredInvoker(options.invoker);
  const request = { exchange, requestId, receivedAt: Date.now() };
  const { protocol, policy, answer } = route(request, invoker, options);
  let outcome: Outcome;
  try {
    outcome = await answer();
  } catch (error) {
    options.onError(error, requestId);
    outcome = { grpcStatus: undefined, failure: { kind: "internal", detail: "internal error" } };
    if (exchange.status === 0) exchange.respond(500, [["x-request-id", requestId]], Buffer.from("internal error"));
    else exchange.breakOff();
  }
  options.onServed({
    requestId,
    protocol,
    method: exchange.method,
    path: pathOf(exchange.target),
    peer: exchange.peer,
    traceId: traceIdOf(exchange.headers),
    policy,
    httpStatus: exchange.status,
    grpcStatus: outcome.grpcStatus,
    failure: outcome.failure,
    durationMs: performance.now() - begun,
    invocationMs: invoker.invocationMs,
    invocations: invoker.invocations,
  });
}

function route(request: Request, invoker: MeasuredInvoker, options: Serves): Routed {
  const contentType = headerOf(request.exchange.headers, "content-type");
  const protocol = wireProtocolOf(contentType);
  if (protocol === "http" || contentType === undefined) return routeHttp(request, invoker, options);
  return routeGrpc({ ...request, protocol, contentType }, invoker, options);
}

function routeHttp(request: Request, invoker: MeasuredInvoker, options: Serves): Routed {
  const { exchange } = request;
  const protocol = exchange.version === "1.1" ? "http/1.1" : "h2";
  const table = options.table();
  if (table === undefined) return { protocol, policy: undefined, answer: () => refuse(request, 503, noPolicies) };
  const policy = httpRoute(table, exchange.authority, exchange.method, pathOf(exchange.target), exchange.headers);
  if (policy === undefined) return { protocol, policy, answer: () => refuseUnrouted(request, table) };
  return {
    protocol,
    policy,
    answer: () =>
      withinLimit(options.concurrency, policy, {
        within: () => serveHttpRequest({ ...request, policy }, invoker, options.settings),
        beyond: (failure) => refuseRequest(exchange, failure, request.requestId),
      }),
  };
}

function routeGrpc(request: GrpcRequest, invoker: MeasuredInvoker, options: Serves): Routed {
  const { exchange } = request;
  const protocol = request.protocol === "grpc" ? "grpc" : "grpc-web";
  const none = { protocol, policy: undefined };
  if (exchange.method !== "POST") return { ...none, answer: () => refuseGrpc(request, 405, "gRPC takes POST only") };
  if (protocol === "grpc" && exchange.version === "1.1") {
    return { ...none, answer: () => refuseGrpc(request, 505, "gRPC needs HTTP/2") };
  }
  const method = pathOf(exchange.target);
  const table = options.table();
  const policy = table && grpcRoute(table, exchange.authority, method, exchange.headers);
  if (policy !== undefined) {
    const { signals, settings } = options;
    return {
      protocol,
      policy,
      answer: () =>
        withinLimit(options.concurrency, policy, {
          within: () => serveGrpcCall(request, policy, { invoker, signals, settings }),
          beyond: (failure) => ({
            ...refuseCall(request, grpcFailure(failure, request.requestId)),
            failure: { kind: failure.kind, detail: failureDetail(failure) },
          }),
        }),
    };
  }
  const health = healthMethodOf(method);
  if (health !== undefined) return { ...none, answer: async () => serveHealth(request, health, options) };
  if (options.reflection && reflectionMethods.has(method)) {
    return { ...none, answer: async () => serveReflection(request, options) };
  }
  const status =
    table === undefined
      ? { code: code.unavailable, message: noPolicies }
      : { code: code.unimplemented, message: `no policy takes the method ${method}` };
  return { ...none, answer: () => refuseCall(request, status) };
}

interface Limited {
  readonly within: () => Promise<Outcome>;
  readonly beyond: (failure: CallFailure) => Outcome;
}

/** Serves a request unless its policy has as many as it may; without a limit there is nothing to wait for afterwards. */
function withinLimit(concurrency: Concurrency, policy: Policy, limited: Limited): Promise<Outcome> | Outcome {
  return policy.maxConcurrency === undefined ? limited.within() : counted(concurrency, policy, limited);
}

async function counted(concurrency: Concurrency, policy: Policy, { within, beyond }: Limited): Promise<Outcome> {
  const leave = concurrency.enter(policy);
  if (leave === undefined) return beyond({ kind: "over-limit" });
  try {
    return await within();
  } finally {
    leave();
  }
}

/** What no policy takes is not there; of a method of gRPC only the content type is wrong. */
function refuseUnrouted(request: Request, table: RouteTable): Outcome {
  const { exchange } = request;
  const isGrpcMethod =
    exchange.method === "POST" &&
    grpcRoute(table, exchange.authority, pathOf(exchange.target), exchange.headers) !== undefined;
  if (isGrpcMethod) return refuseGrpc(request, 415, "a gRPC method takes content type application/grpc");
  return refuse(request, 404, "no policy takes this request");
}

function refuse({ exchange, requestId }: Request, status: number, message: string): Outcome {
  const headers = [["content-type", "application/json"] as const, ["x-request-id", requestId] as const];
  exchange.respond(status, headers, Buffer.from(JSON.stringify({ message, requestId })));
  return { grpcStatus: undefined, failure: undefined };
}

/** As plain text: clients of gRPC-Web and its kin take JSON beside an error status for a message of their own protocol. */
function refuseGrpc({ exchange, requestId }: Request, status: number, message: string): Outcome {
  const allowed = status === 405 ? [["allow", "POST"] as const] : [];
  const headers = [["content-type", "text/plain"], ...allowed, ["x-request-id", requestId]] as const;
  exchange.respond(status, headers, Buffer.from(`${message} (request ${requestId})\n`));
  return { grpcStatus: undefined, failure: undefined };
}
