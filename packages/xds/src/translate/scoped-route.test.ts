import { HttpIngress } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { HeaderMutation } from "../generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.js";
import { unpacked } from "../testing/unpack.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { isScoped, scopedRouteOf, scopedRoutesOf, scopeMutationOf, scopeNameOf } from "./scoped-route.js";

test.each([
  { ingressName: "public", host: "www.example.com", want: "public/www.example.com" },
  { ingressName: "public", host: "10.1.2.3", want: "public/10.1.2.3" },
  { ingressName: "team/public:80", host: "a", want: "team%2Fpublic%3A80/a" },
  { ingressName: "public", host: "*.example.com", want: undefined },
  { ingressName: "public", host: "*", want: undefined },
  { ingressName: "public", host: "[::1]", want: undefined },
])("the scope of $host at $ingressName is $want", ({ want, ...host }) => {
  expect(scopeNameOf(host)).toBe(want);
});

test("a scope is the virtual host of its domain, and hides from upstreams how it was found", () => {
  const host = VirtualHost.fromPartial({ name: "public/a", domains: ["a"] });
  expect(scopedRouteOf("public/a", host)).toMatchObject({
    name: "public/a",
    routeConfigurationName: "",
    key: { fragments: [{ type: { $case: "stringKey", value: "public/a" } }] },
    routeConfiguration: {
      virtualHosts: [host],
      ignorePortInHostMatching: true,
      requestHeadersToRemove: ["x-protomesh-scope"],
      validateClusters: false,
    },
  });
});

test.each([
  { ingressName: "public", want: "public/%REQ(:authority)%" },
  { ingressName: "a:b", want: "a%%3Ab/%REQ(:authority)%" },
])("requests to $ingressName have their key written into them", ({ ingressName, want }) => {
  const { mutations } = unpacked(HeaderMutation, scopeMutationOf(ingressName).typedConfig);
  expect(mutations).toMatchObject([
    { action: { value: { header: { key: "x-protomesh-scope", value: want }, appendAction: 2 } } },
  ]);
});

const ads: Sources = { from: "ads", transport: "delta" };
const perType: Sources = { from: "management-cluster", transport: "sotw", nodeCluster: "xds" };

test.each([{ sources: ads }, { sources: perType }])(
  "scopes and routes come as the listener did: $sources",
  ({ sources }) => {
    const source = configSourceOf(sources, "edge");
    const ingress = HttpIngress.fromPartial({
      ingressName: "public",
      xdsClusterName: "edge",
      scopedVirtualHosts: true,
    });
    expect(scopedRoutesOf(ingress, sources)).toMatchObject({
      rdsConfigSource: source,
      configSpecifier: { $case: "scopedRds", value: { scopedRdsConfigSource: source } },
      scopeKeyBuilder: {
        fragments: [
          {
            type: {
              $case: "headerValueExtractor",
              value: { name: "x-protomesh-scope", elementSeparator: ":", extractType: { $case: "index", value: 0 } },
            },
          },
        ],
      },
    });
  },
);

test.each([
  { scopedVirtualHosts: true, program: "envoy", want: true },
  { scopedVirtualHosts: false, program: "envoy", want: false },
  { scopedVirtualHosts: true, program: "grpc", want: false },
] as const)("scopes are for Envoy where the ingress asks for them: $scopedVirtualHosts, $program", (row) => {
  const { scopedVirtualHosts, program, want } = row;
  expect(isScoped(HttpIngress.fromPartial({ scopedVirtualHosts }), program)).toBe(want);
});
