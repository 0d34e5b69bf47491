import { expect, test } from "vitest";
import type { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { HttpConnectionManager } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import { unpacked } from "../testing/unpack.js";
import { ingressApiListenerOf, serviceApiListenerOf } from "./api-listener.js";
import { configSourceOf } from "./config-source.js";

const sources = { from: "ads", transport: "sotw" } as const;

test("an ingress: its routes, by the stream that the client has", () => {
  const listener = ingressApiListenerOf("public", sources);
  expect(listener).toMatchObject({ name: "public", address: undefined, filterChains: [] });
  expect(managerOf(listener)).toMatchObject({
    routeSpecifier: { $case: "rds", value: { routeConfigName: "public", configSource: configSourceOf(sources, "") } },
    httpFilters: [{ name: "envoy.filters.http.router" }],
  });
});

test("a service: whatever is called goes to it", () => {
  const { routeSpecifier } = managerOf(serviceApiListenerOf("billing"));
  expect(routeSpecifier).toMatchObject({
    $case: "routeConfig",
    value: {
      name: "billing",
      virtualHosts: [
        {
          domains: ["*"],
          routes: [
            {
              match: { pathSpecifier: { $case: "prefix", value: "" } },
              action: { value: { clusterSpecifier: { $case: "cluster", value: "billing" } } },
            },
          ],
        },
      ],
    },
  });
});

function managerOf({ apiListener }: Listener): HttpConnectionManager {
  return unpacked(HttpConnectionManager, apiListener?.apiListener);
}
