import type { GatewayPolicy } from "@protomesh/core/api";
import { headerMatchesOf, headersText, type HeaderMatch } from "./header-match.js";

/** A function of Lambda, as a policy names it. */
export interface FunctionTarget {
  /** A name or an ARN. */
  readonly functionName: string;
  /** A version or an alias; undefined: what the name says. */
  readonly qualifier: string | undefined;
}

/** Which requests a policy takes. Two policies with the same match are in each other's way. */
export interface Match {
  readonly protocol: "http" | "grpc";
  /** In lower case, without a port; `*.` and a domain: all hosts below it; empty: any. */
  readonly host: string;
  /** HTTP's method in capitals, or `*` for any; always `*` for gRPC. */
  readonly method: string;
  /** HTTP's path, or gRPC's full method, `/pkg.Service/Method`. */
  readonly path: string;
  /** False: every path that begins so. */
  readonly exact: boolean;
  /** As {@link headerMatchesOf} orders them. */
  readonly headers: readonly HeaderMatch[];
}

/** Requests to functions: a declared gateway policy that can be served. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  /** The revision that wrote it. */
  readonly index: bigint;
  /** The revision that created it. The lowest one wins a conflict, so that all gateways decide it alike. */
  readonly createdIndex: bigint;
  readonly match: Match;
  /** Run one after the other; never empty. */
  readonly chain: readonly FunctionTarget[];
  /** The metadata key whose value names the topic that wakes a server stream. */
  readonly streamSignalKey: string | undefined;
  /** How long a request may take in all; undefined: as long as the gateway lets any. */
  readonly timeoutMs: number | undefined;
  /** Requests under way at once; undefined: no limit. */
  readonly maxConcurrency: number | undefined;
  readonly payloadFormat: "1.0" | "2.0";
  /** Whether the last function answers with a stream. */
  readonly streams: boolean;
  /** Whether the functions may set the status of gRPC themselves. */
  readonly setsGrpcStatus: boolean;
  /** How often a throttled invocation is tried again. */
  readonly throttlingRetries: number;
}

/** What the match takes, for people: `GET /hello`, `any /a… at api.example.com`, `gRPC /pkg.Service/Method`. */
export function matchText({ protocol, method, path, exact, host, headers }: Match): string {
  const what = protocol === "grpc" ? "gRPC" : method === "*" ? "any" : method;
  return `${what} ${path}${exact ? "" : "…"}${host === "" ? "" : ` at ${host}`}${headers.length === 0 ? "" : ` with ${headersText(headers)}`}`;
}

/** A policy, or why the declaration is none. */
export type PolicyReading = { readonly policy: Policy } | { readonly invalid: string };

/**
 * Reads a declared policy. What the store's validation lets through and this gateway cannot serve is `invalid`.
 */
export function policyOf(
  declared: Pick<Policy, "id" | "name" | "index" | "createdIndex">,
  spec: GatewayPolicy,
): PolicyReading {
  const match = matchOf(spec);
  if (match === undefined) return { invalid: "source: neither an HTTP path nor a gRPC method name is given" };
  const chain = spec.handlers.map((handler) => handler.handler?.value.handler?.value);
  if (chain.length === 0) return { invalid: "handlers: at least one is needed" };
  const targets: FunctionTarget[] = [];
  for (const [position, lambda] of chain.entries()) {
    if (lambda === undefined || lambda.functionName === "") {
      return { invalid: `handlers[${position}].aws.lambda.function_name: a function is needed` };
    }
    targets.push({ functionName: lambda.functionName, qualifier: lambda.qualifier || undefined });
  }
  return {
    policy: {
      ...declared,
      match,
      chain: targets,
      streamSignalKey: spec.lambdaStreamSignalHeaderKey.toLowerCase() || undefined,
      timeoutMs: millisecondsOf(spec.timeout) || undefined,
      maxConcurrency: spec.maxConcurrency || undefined,
      payloadFormat: spec.payloadFormat === "PAYLOAD_FORMAT_V2" ? "2.0" : "1.0",
      streams: spec.responseStreaming,
      setsGrpcStatus: spec.functionsSetGrpcStatus,
      throttlingRetries: spec.throttlingRetries,
    },
  };
}

function millisecondsOf(duration: GatewayPolicy["timeout"]): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1_000 + duration.nanos / 1e6;
}

function matchOf({ source, host: declaredHost, headers: declaredHeaders }: GatewayPolicy): Match | undefined {
  const headers = headerMatchesOf(declaredHeaders);
  const host = declaredHost.toLowerCase();
  switch (source?.$case) {
    case "http": {
      const { method, path, exactPathMatch } = source.value;
      if (path === "") return undefined;
      const named = method === "HTTP_METHOD_UNDEFINED" || method === "UNRECOGNIZED" ? "*" : method.slice(12);
      return { protocol: "http", host, method: named, path: rooted(path), exact: exactPathMatch, headers };
    }
    case "grpc": {
      const { methodName, exactMethodNameMatch } = source.value;
      if (methodName === "") return undefined;
      return { protocol: "grpc", host, method: "*", path: rooted(methodName), exact: exactMethodNameMatch, headers };
    }
    case undefined:
      return undefined;
  }
}

/** Every path begins with a slash, also where its declaration leaves it out. */
function rooted(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
