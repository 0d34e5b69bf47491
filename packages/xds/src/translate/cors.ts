import type { RoutingPolicy_Cors } from "@protomesh/core/api";
import { CorsPolicy } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";

/** What a policy allows to pages of other origins. Envoy takes `*` among the origins as any of them. */
export function corsPolicyOf(cors: RoutingPolicy_Cors): CorsPolicy {
  return CorsPolicy.fromPartial({
    allowOriginStringMatch: cors.allowOriginStringMatchPrefix.map((value) => ({
      matchPattern: { $case: "prefix", value },
    })),
    allowMethods: cors.allowMethods.join(","),
    allowHeaders: cors.allowHeaders.join(","),
    exposeHeaders: cors.exposeHeaders.join(","),
    maxAge: cors.maxAge === undefined ? "" : String(cors.maxAge.seconds),
  });
}
