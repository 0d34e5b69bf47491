import { RoutingPolicy_Cors } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { CorsPolicy } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";
import { corsPolicyOf } from "./cors.js";

interface Case {
  readonly title: string;
  readonly declared: Parameters<typeof RoutingPolicy_Cors.fromPartial>[0];
  readonly want: Parameters<typeof CorsPolicy.fromPartial>[0];
}

test.each<Case>([
  { title: "nothing declared, nothing allowed", declared: {}, want: {} },
  {
    title: "origins by their beginnings",
    declared: { allowOriginStringMatchPrefix: ["https://a.", "*"] },
    want: {
      allowOriginStringMatch: [
        { matchPattern: { $case: "prefix", value: "https://a." } },
        { matchPattern: { $case: "prefix", value: "*" } },
      ],
    },
  },
  {
    title: "lists as headers have them",
    declared: { allowMethods: ["GET", "PUT"], allowHeaders: ["x-a", "x-b"], exposeHeaders: ["x-c"] },
    want: { allowMethods: "GET,PUT", allowHeaders: "x-a,x-b", exposeHeaders: "x-c" },
  },
  {
    title: "the age in whole seconds",
    declared: { maxAge: { seconds: 600n, nanos: 900_000_000 } },
    want: { maxAge: "600" },
  },
])("corsPolicyOf: $title", ({ declared, want }) => {
  expect(corsPolicyOf(RoutingPolicy_Cors.fromPartial(declared))).toEqual(CorsPolicy.fromPartial(want));
});
