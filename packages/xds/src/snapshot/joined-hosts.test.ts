import { Dice } from "@protomesh/testing";
import { expect, test } from "vitest";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { hostDigestOf, joinedHosts } from "./joined-hosts.js";

/** A virtual host with a route for each of some clusters. */
function host(domain: string, ...clusters: readonly string[]): VirtualHost {
  return VirtualHost.fromPartial({
    name: `public/${domain}`,
    domains: [domain],
    routes: clusters.map((cluster) => ({
      match: { pathSpecifier: { $case: "prefix", value: "/" } },
      action: { $case: "route", value: { clusterSpecifier: { $case: "cluster", value: cluster } } },
    })),
  });
}

/** Name, domains and clusters of each virtual host, as a client reads them. */
function read(hosts: readonly VirtualHost[]): readonly (readonly [string, readonly string[], readonly string[]])[] {
  const { virtualHosts } = RouteConfiguration.decode(Buffer.concat(joinedHosts(hosts)));
  return virtualHosts.map(({ name, domains, routes }) => [name, domains, routes.map(clusterOf)] as const);
}

function clusterOf({ action }: VirtualHost["routes"][number]): string {
  const specifier = action?.$case === "route" ? action.value.clusterSpecifier : undefined;
  return specifier?.$case === "cluster" ? specifier.value : "";
}

test("virtual hosts with the same routes are one, named after the first; others stand by themselves", () => {
  expect(read([host("a", "x"), host("b", "y"), host("c", "x"), host("d"), host("e", "x", "y"), host("f")])).toEqual([
    ["public/a", ["a", "c"], ["x"]],
    ["public/b", ["b"], ["y"]],
    ["public/d", ["d", "f"], []],
    ["public/e", ["e"], ["x", "y"]],
  ]);
  expect(read([])).toEqual([]);
});

test("whatever the hosts, each domain has its routes, and each virtual host is what the API makes of it", () => {
  const dice = new Dice(20_261_126);
  for (let round = 0; round < 200; round++) {
    const hosts = Array.from({ length: dice.below(40) }, (_, number) =>
      host(`h${number}.example.com`, ...Array.from({ length: dice.below(3) }, () => `c${dice.below(3)}`)),
    );
    const found = read(hosts).flatMap(([, domains, clusters]) => domains.map((domain) => [domain, clusters] as const));
    const wanted = hosts.map(({ domains, routes }) => [domains[0], routes.map(clusterOf)] as const);
    expect(new Map(found)).toEqual(new Map(wanted));
    expect(found).toHaveLength(hosts.length);
    for (const one of hosts) {
      const { virtualHosts } = RouteConfiguration.decode(Buffer.concat(joinedHosts([one])));
      expect(virtualHosts).toEqual([one]);
    }
  }
});

test("a virtual host's digest is of its name, its domains and its routes", () => {
  const different = [host("a", "x"), host("b", "x"), host("a", "y"), { ...host("a", "x"), domains: ["a", "c"] }];
  const digests = different.map((one) => hostDigestOf(one).join());
  expect(new Set(digests).size).toBe(different.length);
  expect(hostDigestOf(host("a", "x"))).toEqual(hostDigestOf(host("a", "x")));
});
