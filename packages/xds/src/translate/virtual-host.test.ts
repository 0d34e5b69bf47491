import type { RoutingPolicy, RoutingPolicy_Route } from "@protomesh/core/api";
import { routingPolicy } from "@protomesh/testing";
import { expect, test } from "vitest";
import { Route, VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { CorsPolicy } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";
import { plannedVirtualHostOf } from "../testing/planned.js";
import { unpacked } from "../testing/unpack.js";
import { virtualHostOf } from "./virtual-host.js";

type PolicySpec = Parameters<typeof RoutingPolicy.fromPartial>[0];

const policy = (name: string, spec: PolicySpec) => routingPolicy({ name, spec });
const route = (matchPrefix: string, targetService: string) => ({ matchPrefix, targetService });

test("a virtual host is named after its ingress and its domain in lower case", () => {
  const host = virtualHostOf(plannedVirtualHostOf(policy("a", { domain: "*.Example.com", routes: [] })));
  expect(host).toEqual(VirtualHost.fromPartial({ name: "public/*.example.com", domains: ["*.example.com"] }));
});

test("the routes of all policies of a domain, the longest prefix first", () => {
  const host = virtualHostOf(
    plannedVirtualHostOf(
      policy("a", { routes: [route("/", "web"), route("/api", "api")] }),
      policy("b", { routes: [route("/api/admin", "admin")] }),
    ),
  );
  expect(targets(host)).toEqual([
    ["/api/admin", "admin"],
    ["/api", "api"],
    ["/", "web"],
  ]);
});

interface RouteCase {
  readonly title: string;
  readonly declared: Parameters<typeof RoutingPolicy_Route.fromPartial>[0];
  readonly want: Parameters<typeof Route.fromPartial>[0];
}

test.each<RouteCase>([
  {
    title: "a prefix to a service",
    declared: route("/api", "api"),
    want: {
      match: { pathSpecifier: { $case: "pathSeparatedPrefix", value: "/api" } },
      action: { $case: "route", value: { clusterSpecifier: { $case: "cluster", value: "api" } } },
    },
  },
  {
    title: "with a timeout",
    declared: { ...route("/api", "api"), timeout: { seconds: 3n, nanos: 5 } },
    want: {
      match: { pathSpecifier: { $case: "pathSeparatedPrefix", value: "/api" } },
      action: {
        $case: "route",
        value: { clusterSpecifier: { $case: "cluster", value: "api" }, timeout: { seconds: 3n, nanos: 5 } },
      },
    },
  },
  {
    title: "with a timeout of zero, which is none",
    declared: { ...route("/api", "api"), timeout: { seconds: 0n } },
    want: {
      match: { pathSpecifier: { $case: "pathSeparatedPrefix", value: "/api" } },
      action: {
        $case: "route",
        value: { clusterSpecifier: { $case: "cluster", value: "api" }, timeout: { seconds: 0n, nanos: 0 } },
      },
    },
  },
  {
    title: "rewritten",
    declared: { ...route("/api", "api"), prefixRewrite: "/v2" },
    want: {
      match: { pathSpecifier: { $case: "pathSeparatedPrefix", value: "/api" } },
      action: {
        $case: "route",
        value: { clusterSpecifier: { $case: "cluster", value: "api" }, prefixRewrite: "/v2" },
      },
    },
  },
])("a route: $title", ({ declared, want }) => {
  const host = virtualHostOf(plannedVirtualHostOf(policy("a", { routes: [declared] })));
  expect(host.routes).toEqual([Route.fromPartial(want)]);
});

test("for gRPC: no rewrite and no CORS, which it does not know, and the timeout as it counts it", () => {
  const timeout = { seconds: 3n, nanos: 0 };
  const declared = { ...route("/", "api"), prefixRewrite: "/v2", timeout };
  const planned = plannedVirtualHostOf(policy("a", { routes: [declared], cors: {} }));
  expect(virtualHostOf(planned, "grpc").routes).toEqual([
    Route.fromPartial({
      match: { pathSpecifier: { $case: "prefix", value: "/" } },
      action: {
        $case: "route",
        value: {
          clusterSpecifier: { $case: "cluster", value: "api" },
          timeout,
          maxStreamDuration: { maxStreamDuration: timeout },
        },
      },
    }),
  ]);
});

test("what a policy allows to other origins stands at its own routes", () => {
  const host = virtualHostOf(
    plannedVirtualHostOf(
      policy("a", { routes: [route("/a", "a")], cors: { allowOriginStringMatchPrefix: ["https://"] } }),
      policy("b", { routes: [route("/b", "b")] }),
    ),
  );
  const [a, b] = host.routes;
  expect(unpacked(CorsPolicy, a?.typedPerFilterConfig["envoy.filters.http.cors"]).allowOriginStringMatch).toMatchObject(
    [{ matchPattern: { $case: "prefix", value: "https://" } }],
  );
  expect(b?.typedPerFilterConfig).toEqual({});
});

function targets({ routes }: VirtualHost) {
  return routes.map(({ match, action }) => {
    const specifier = action?.$case === "route" ? action.value.clusterSpecifier : undefined;
    return [match?.pathSpecifier?.value, specifier?.value];
  });
}
