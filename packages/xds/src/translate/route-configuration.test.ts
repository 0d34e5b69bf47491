import { expect, test } from "vitest";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { routeConfigurationOf } from "./route-configuration.js";

test("the routes of an ingress have its name, and pass over ports in Host headers", () => {
  const host = VirtualHost.fromPartial({ name: "public/a", domains: ["a"] });
  expect(routeConfigurationOf("public", [host])).toEqual(
    RouteConfiguration.fromPartial({ name: "public", virtualHosts: [host], ignorePortInHostMatching: true }),
  );
});

test("an ingress without policies has routes all the same: none, so that it answers 404", () => {
  expect(routeConfigurationOf("public", []).virtualHosts).toEqual([]);
});
