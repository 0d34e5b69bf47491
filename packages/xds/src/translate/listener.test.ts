import { HttpIngress } from "@protomesh/core/api";
import { expect, test } from "vitest";
import type { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { HttpConnectionManager } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import { unpacked } from "../testing/unpack.js";
import { accessLogsOf } from "./access-log.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { httpFiltersOf } from "./http-filters.js";
import { listenerOf } from "./listener.js";

const ads: Sources = { from: "ads", transport: "sotw" };
const ingress = HttpIngress.fromPartial({
  ingressName: "public",
  listenPort: 8080,
  xdsClusterName: "edge",
  httpFilters: [{ filter: { $case: "cors", value: { enable: true } } }],
  accessLogStdoutFormat: "%PROTOCOL%",
});

test.each([
  { title: "IPv4", bindAddress: "0.0.0.0", ipv4Compat: false },
  { title: "IPv6, which takes IPv4 as well", bindAddress: "::", ipv4Compat: true },
])(
  "a listener has the ingress's name and port, on the address of the setting: $title",
  ({ bindAddress, ipv4Compat }) => {
    const { name, address } = listenerOf(ingress, { sources: ads, bindAddress });
    expect(name).toBe("public");
    expect(address?.address).toMatchObject({
      $case: "socketAddress",
      value: { address: bindAddress, portSpecifier: { $case: "portValue", value: 8080 }, ipv4Compat },
    });
  },
);

test.each<{ readonly sources: Sources }>([
  { sources: ads },
  { sources: { from: "management-cluster", transport: "delta", nodeCluster: "x" } },
])("its routes are the RouteConfiguration of the same name, from $sources.from", ({ sources }) => {
  expect(managerOf(listenerOf(ingress, { sources, bindAddress: "0.0.0.0" })).routeSpecifier).toEqual({
    $case: "rds",
    value: { routeConfigName: "public", configSource: configSourceOf(sources, "edge") },
  });
});

test("it has the declared filters and access log, counts under the ingress's name and stands at the edge", () => {
  const manager = managerOf(listenerOf(ingress, { sources: ads, bindAddress: "0.0.0.0" }));
  expect(manager).toEqual(
    HttpConnectionManager.fromPartial({
      statPrefix: "public",
      routeSpecifier: manager.routeSpecifier,
      httpFilters: httpFiltersOf(ingress.httpFilters),
      accessLog: accessLogsOf("%PROTOCOL%"),
      useRemoteAddress: true,
      normalizePath: true,
    }),
  );
});

test("idle streams end when Envoy's default says so", () => {
  expect(managerOf(listenerOf(ingress, { sources: ads, bindAddress: "0.0.0.0" })).streamIdleTimeout).toBeUndefined();
});

function managerOf(listener: Listener): HttpConnectionManager {
  const config = listener.filterChains[0]?.filters[0]?.configType;
  return unpacked(HttpConnectionManager, config?.$case === "typedConfig" ? config.value : undefined);
}
