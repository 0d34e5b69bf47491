import { expect, test } from "vitest";
import { ScopedRouteConfiguration } from "../generated/envoy/config/route/v3/scoped_route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { Any } from "../generated/google/protobuf/any.js";
import { scopedRouteOf } from "../translate/scoped-route.js";
import { scopedRouteResource } from "./serialise.js";

test("a scope is told again as the same version, with another name for its routes behind what was told before", () => {
  const host = VirtualHost.fromPartial({ name: "public/example.com", domains: ["example.com"] });
  const resource = scopedRouteResource(scopedRouteOf("public/example.com", host), []);
  const told = Any.decode(resource.any);
  for (const time of [1, 2]) {
    const retold = resource.retold?.(resource, time);
    expect(retold?.version).toBe(resource.version);
    const { typeUrl, value } = Any.decode(retold?.any ?? new Uint8Array());
    expect(typeUrl).toBe(told.typeUrl);
    expect(value.subarray(0, told.value.length)).toEqual(told.value);
    expect(ScopedRouteConfiguration.decode(value.subarray(told.value.length))).toEqual(
      ScopedRouteConfiguration.fromPartial({ routeConfiguration: { name: `public/example.com (${time})` } }),
    );
  }
});
