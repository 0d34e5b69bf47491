import { HttpIngress } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { configSourceOf } from "./config-source.js";
import { onDemandRouteConfigurationOf, routeConfigurationOf } from "./route-configuration.js";

test("the routes of an ingress have its name, and pass over ports in Host headers", () => {
  const host = VirtualHost.fromPartial({ name: "public/a", domains: ["a"] });
  expect(routeConfigurationOf("public", [host])).toEqual(
    RouteConfiguration.fromPartial({ name: "public", virtualHosts: [host], ignorePortInHostMatching: true }),
  );
});

test("an ingress without policies has routes all the same: none, so that it answers 404", () => {
  expect(routeConfigurationOf("public", []).virtualHosts).toEqual([]);
});

test("where virtual hosts come on demand, the routes say from where, and have none", () => {
  const sources = { from: "ads", transport: "delta" } as const;
  const ingress = HttpIngress.fromPartial({ ingressName: "public", listenPort: 80 });
  expect(onDemandRouteConfigurationOf(ingress, sources)).toEqual(
    RouteConfiguration.fromPartial({
      name: "on-demand/public",
      ignorePortInHostMatching: true,
      vhds: { configSource: configSourceOf(sources, "") },
    }),
  );
});
