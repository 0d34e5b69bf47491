import { HttpIngress } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { configSourceOf } from "./config-source.js";
import { onDemandRouteConfigurationOf, routeConfigurationOf } from "./route-configuration.js";

test("routes pass over ports in Host headers", () => {
  expect(routeConfigurationOf("public")).toEqual(
    RouteConfiguration.fromPartial({ name: "public", ignorePortInHostMatching: true }),
  );
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
