import { expect, test } from "vitest";
import { RoutingPolicy } from "../../api.js";
import { told } from "./told.js";

const path = "a path that begins with /, without spaces, ? and #";

test.each<{ title: string; change: Parameters<typeof RoutingPolicy.fromPartial>[0]; want: string[] }>([
  { title: "ingress and domain are enough", change: {}, want: [] },
  {
    title: "a route with all it may have",
    change: {
      routes: [
        { matchPrefix: "/a/b.c/%20", targetService: "s", timeout: { seconds: 0n, nanos: 0 }, prefixRewrite: "/" },
      ],
      cors: {
        allowOriginStringMatchPrefix: ["*"],
        allowMethods: ["GET", "*"],
        allowHeaders: ["x-a", "*"],
        exposeHeaders: ["*"],
      },
    },
    want: [],
  },
  {
    title: "no ingress",
    change: { ingressName: "" },
    want: ["spec.routing_policy.ingress_name: is empty; expected the ingress_name of an HTTP ingress"],
  },
  {
    title: "a domain with a port",
    change: { domain: "example.com:80" },
    want: ['spec.routing_policy.domain: "example.com:80" is not valid; expected a domain without a port: example.com'],
  },
  {
    title: "an empty route",
    change: { routes: [{}] },
    want: [
      `spec.routing_policy.routes[0].match_prefix: is empty; expected ${path}`,
      "spec.routing_policy.routes[0].target_service: is empty; expected the service_name of a service",
    ],
  },
  {
    title: "prefixes that no path begins with",
    change: { routes: ["api", "/a?b", "/a#b", "/a b"].map((matchPrefix) => ({ matchPrefix, targetService: "s" })) },
    want: [
      `spec.routing_policy.routes[0].match_prefix: "api" is not valid; expected ${path}`,
      `spec.routing_policy.routes[1].match_prefix: "/a?b" is not valid; expected ${path}`,
      `spec.routing_policy.routes[2].match_prefix: "/a#b" is not valid; expected ${path}`,
      `spec.routing_policy.routes[3].match_prefix: "/a b" is not valid; expected ${path}`,
    ],
  },
  {
    title: "a rewrite to no path",
    change: { routes: [{ matchPrefix: "/", targetService: "s", prefixRewrite: "x" }] },
    want: [`spec.routing_policy.routes[0].prefix_rewrite: "x" is not valid; expected ${path}`],
  },
  {
    title: "a negative route timeout",
    change: { routes: [{ matchPrefix: "/", targetService: "s", timeout: { seconds: -5n, nanos: 0 } }] },
    want: ['spec.routing_policy.routes[0].timeout: "-5s" is not valid; expected a duration from 0s to 315576000000s'],
  },
  {
    title: "CORS of things that cannot be",
    change: {
      cors: {
        allowOriginStringMatchPrefix: [""],
        allowMethods: ["GET, POST"],
        allowHeaders: [""],
        exposeHeaders: ["x:y"],
        maxAge: { seconds: -1n, nanos: 0 },
      },
    },
    want: [
      "spec.routing_policy.cors.allow_origin_string_match_prefix[0]: is empty; expected the beginning of an origin, such as https://",
      'spec.routing_policy.cors.allow_methods[0]: "GET, POST" is not valid; expected a method, such as GET, or *',
      "spec.routing_policy.cors.allow_headers[0]: is empty; expected a header name, such as x-user-id",
      'spec.routing_policy.cors.expose_headers[0]: "x:y" is not valid; expected a header name, such as x-user-id',
      'spec.routing_policy.cors.max_age: "-1s" is not valid; expected a duration from 0s to 315576000000s',
    ],
  },
])("routing_policy: $title", ({ change, want }) => {
  const value = RoutingPolicy.fromPartial({ ingressName: "edge", domain: "*", ...change });
  expect(told({ kind: "routing_policy", value })).toEqual(want);
});
