import { emptyTree, find, hasKeyBelow, keysOf, valueAt, withValue, type PrefixTree } from "./prefix-tree.js";
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

/** Who claims a path: by `exact` or `prefix`, then by method; the oldest first, and only it serves. */
interface Claims {
  readonly exact: ByMethod;
  readonly prefix: ByMethod;
}

type ByMethod = ReadonlyMap<string, readonly Policy[]>;

const nobody: ByMethod = new Map();

const emptyHost: HostTable = { http: emptyTree, grpc: emptyTree };

export const emptyTable: RouteTable = { hosts: new Map(), anyHost: emptyHost };

/**
 * The policy for an HTTP request to `authority`, a host perhaps with its port: the exact host before the longest domain
 * before any host, as long as there is a policy for the path; within a host the exact path before the longest prefix; within a path the named method before any,
 * and GET for a HEAD that nobody names. `path` is without its query.
 */
export function httpRoute(table: RouteTable, authority: string, method: string, path: string): Policy | undefined {
  return inHosts(table, authority, ({ http }) =>
    find(
      http,
      path,
      ({ exact, prefix }, whole) => (whole ? claimantOf(exact, method) : undefined) ?? claimantOf(prefix, method),
    ),
  );
}

/** The policy for a gRPC method, `/pkg.Service/Method`: exact before longest prefix; hosts as for HTTP. */
export function grpcRoute(table: RouteTable, authority: string, fullMethod: string): Policy | undefined {
  return inHosts(table, authority, ({ grpc }) => grpcRouteIn(grpc, fullMethod));
}

/** Whether any policy takes methods of this gRPC service: by their names, or by a prefix of them all. */
export function servesGrpcService(table: RouteTable, service: string): boolean {
  const methods = `/${service}/`;
  const serves = ({ grpc }: HostTable): boolean =>
    hasKeyBelow(grpc, methods) || grpcRouteIn(grpc, methods) !== undefined;
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
  return claims?.[match.exact ? "exact" : "prefix"].get(match.method) ?? [];
}

export function withPolicy(table: RouteTable, policy: Policy): RouteTable {
  return withClaimants(table, policy.match, (claimants) => [...claimants, policy].sort(byAge));
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

function grpcRouteIn(tree: PrefixTree<Claims>, fullMethod: string): Policy | undefined {
  return find(
    tree,
    fullMethod,
    ({ exact, prefix }, whole) => (whole ? exact.get("*")?.[0] : undefined) ?? prefix.get("*")?.[0],
  );
}

function hostTableOf({ hosts, anyHost }: RouteTable, host: string): HostTable {
  return host === "" ? anyHost : (hosts.get(host) ?? emptyHost);
}

function claimantOf(methods: ByMethod, method: string): Policy | undefined {
  const named = methods.get(method) ?? (method === "HEAD" ? methods.get("GET") : undefined);
  return (named ?? methods.get("*"))?.[0];
}

/** Older is what was created earlier; ids part what one write brought. */
function byAge(a: Policy, b: Policy): number {
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
  const claimants = change(methods.get(method) ?? []);
  if (claimants.length === 0) methods.delete(method);
  else methods.set(method, claimants);
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
