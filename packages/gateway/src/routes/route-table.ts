import { emptyTree, find, hasKeyBelow, keysOf, valueAt, withValue, type PrefixTree } from "./prefix-tree.js";
import type { HeaderPairs } from "../front/header-pairs.js";
import { hasHeaders, isSameHeaders } from "./header-match.js";
import type { Match, Policy } from "./policy.js";

/** Which policy takes which request. Immutable: a lookup sees one state of it, whole. */
export interface RouteTable {
  /** By `api.example.com`, or by `*.example.com` for all hosts below it. */
  readonly hosts: ReadonlyMap<string, HostTable>;
  readonly anyHost: HostTable;
}

interface HostTable {
  readonly http: PrefixTree<Claims>;
  readonly grpc: PrefixTree<Claims>;
}

/**
 * Who claims a path: by `exact` or `prefix`, then by method. Who wants more headers comes first, then the oldest; of those that
 * want the same, only the first one serves.
 */
interface Claims {
  readonly exact: ByMethod;
  readonly prefix: ByMethod;
}

type ByMethod = ReadonlyMap<string, Claimants>;

interface Claimants {
  readonly all: readonly Policy[];
  /** Who serves whatever headers a request has; undefined: they decide. Here, so that a lookup need not look into policies. */
  readonly always: Policy | undefined;
}

const nobody: ByMethod = new Map();

const emptyHost: HostTable = { http: emptyTree, grpc: emptyTree };

export const emptyTable: RouteTable = { hosts: new Map(), anyHost: emptyHost };

/**
 * The policy for an HTTP request to `authority`, a host perhaps with its port: the exact host before the longest domain
 * before any host, as long as there is a policy for the path; within a host the exact path before the longest prefix; within a path the named method before any,
 * and GET for a HEAD that nobody names; within a method who wants the most headers, of those whose headers the request has.
 * `path` is without its query.
 * @param headers undefined: all that anybody wants
 */
export function httpRoute(
  table: RouteTable,
  authority: string,
  method: string,
  path: string,
  headers: HeaderPairs | undefined,
): Policy | undefined {
  return inHosts(table, authority, ({ http }) =>
    find(
      http,
      path,
      ({ exact, prefix }, whole) =>
        (whole ? claimantOf(exact, method, headers) : undefined) ?? claimantOf(prefix, method, headers),
    ),
  );
}

/** The policy for a gRPC method, `/pkg.Service/Method`: exact before longest prefix; hosts and headers as for HTTP. */
export function grpcRoute(
  table: RouteTable,
  authority: string,
  fullMethod: string,
  headers: HeaderPairs | undefined,
): Policy | undefined {
  return inHosts(table, authority, ({ grpc }) => grpcRouteIn(grpc, fullMethod, headers));
}

/** Whether any policy takes methods of this gRPC service: by their names, or by a prefix of them all. */
export function servesGrpcService(table: RouteTable, service: string): boolean {
  const methods = `/${service}/`;
  const serves = ({ grpc }: HostTable): boolean =>
    hasKeyBelow(grpc, methods) || grpcRouteIn(grpc, methods, undefined) !== undefined;
  return serves(table.anyHost) || [...table.hosts.values()].some(serves);
}

/** The gRPC services that policies name: by a method of theirs, or by the prefix of all their methods. */
export function grpcServices({ hosts, anyHost }: RouteTable): readonly string[] {
  const paths = [anyHost, ...hosts.values()].flatMap(({ grpc }) => [...keysOf(grpc)]);
  const services = paths.map((path) => /^\/([^/]+)\//.exec(path)?.[1]).filter((name) => name !== undefined);
  return [...new Set(services)];
}

/** The policies that claim what this match names, the one that serves it first. */
export function claimantsOf(table: RouteTable, match: Match): readonly Policy[] {
  const claims = valueAt(hostTableOf(table, match.host)[match.protocol], match.path);
  const claimants = claims?.[match.exact ? "exact" : "prefix"].get(match.method)?.all ?? [];
  return claimants.filter((claimant) => isSameHeaders(claimant.match.headers, match.headers));
}

export function withPolicy(table: RouteTable, policy: Policy): RouteTable {
  return withClaimants(table, policy.match, (claimants) => [...claimants, policy].sort(byPrecedence));
}

export function withoutPolicy(table: RouteTable, policy: Policy): RouteTable {
  return withClaimants(table, policy.match, (claimants) => claimants.filter(({ id }) => id !== policy.id));
}

/** Asks the tables of a host from the most exact one on. */
function inHosts(
  { hosts, anyHost }: RouteTable,
  authority: string,
  ask: (table: HostTable) => Policy | undefined,
): Policy | undefined {
  if (hosts.size > 0) {
    const host = authority.toLowerCase().replace(/:\d*$/, "");
    for (let name: string | undefined = host; name !== undefined; name = domainAbove(name)) {
      const table = hosts.get(name);
      const policy = table && ask(table);
      if (policy !== undefined) return policy;
    }
  }
  return ask(anyHost);
}

/** `a.b.c` → `*.b.c` → `*.c`. */
function domainAbove(host: string): string | undefined {
  const labels = host.startsWith("*.") ? host.slice(2) : host;
  const dot = labels.indexOf(".");
  return dot < 0 ? undefined : `*${labels.slice(dot)}`;
}

function grpcRouteIn(
  tree: PrefixTree<Claims>,
  fullMethod: string,
  headers: HeaderPairs | undefined,
): Policy | undefined {
  return find(
    tree,
    fullMethod,
    ({ exact, prefix }, whole) =>
      (whole ? servingOf(exact.get("*"), headers) : undefined) ?? servingOf(prefix.get("*"), headers),
  );
}

function hostTableOf({ hosts, anyHost }: RouteTable, host: string): HostTable {
  return host === "" ? anyHost : (hosts.get(host) ?? emptyHost);
}

function claimantOf(methods: ByMethod, method: string, headers: HeaderPairs | undefined): Policy | undefined {
  return (
    servingOf(methods.get(method), headers) ??
    (method === "HEAD" ? servingOf(methods.get("GET"), headers) : undefined) ??
    servingOf(methods.get("*"), headers)
  );
}

function servingOf(claimants: Claimants | undefined, headers: HeaderPairs | undefined): Policy | undefined {
  if (claimants === undefined || claimants.always !== undefined) return claimants?.always;
  return headers === undefined
    ? claimants.all[0]
    : claimants.all.find(({ match }) => hasHeaders(match.headers, headers));
}

/** Older is what was created earlier; ids part what one write brought. */
function byPrecedence(a: Policy, b: Policy): number {
  if (a.match.headers.length !== b.match.headers.length) return b.match.headers.length - a.match.headers.length;
  if (a.createdIndex !== b.createdIndex) return a.createdIndex < b.createdIndex ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function withClaimants(
  table: RouteTable,
  { protocol, host, path, exact, method }: Match,
  change: (claimants: readonly Policy[]) => readonly Policy[],
): RouteTable {
  const hostTable = hostTableOf(table, host);
  const claims = valueAt(hostTable[protocol], path) ?? { exact: nobody, prefix: nobody };
  const kind = exact ? "exact" : "prefix";
  const methods = new Map(claims[kind]);
  const all = change(methods.get(method)?.all ?? []);
  const [first] = all;
  // Who wants headers comes first.
  const always = first?.match.headers.length === 0 ? first : undefined;
  if (first === undefined) methods.delete(method);
  else methods.set(method, { all, always });
  const changed: Claims = { ...claims, [kind]: methods };
  const left = changed.exact.size > 0 || changed.prefix.size > 0 ? changed : undefined;
  const changedHost = { ...hostTable, [protocol]: withValue(hostTable[protocol], path, left) };
  if (host === "") return { ...table, anyHost: changedHost };
  const hosts = new Map(table.hosts);
  if (isEmpty(changedHost)) hosts.delete(host);
  else hosts.set(host, changedHost);
  return { ...table, hosts };
}

function isEmpty({ http, grpc }: HostTable): boolean {
  return !hasKeyBelow(http, "") && !hasKeyBelow(grpc, "");
}
