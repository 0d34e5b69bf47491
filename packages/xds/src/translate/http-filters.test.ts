import { HttpFilter } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { HealthCheck } from "../generated/envoy/extensions/filters/http/health_check/v3/health_check.js";
import { unpacked } from "../testing/unpack.js";
import { httpFiltersOf } from "./http-filters.js";

type Declared = Parameters<typeof HttpFilter.fromPartial>[0];

const cors = (enable: boolean): Declared => ({ filter: { $case: "cors", value: { enable } } });
const grpcWeb = (enable: boolean): Declared => ({ filter: { $case: "grpcWeb", value: { enable } } });
const healthCheck = (path: string): Declared => ({ filter: { $case: "healthCheck", value: { path } } });
const jwtAuthn: Declared = { filter: { $case: "jwtAuthn", value: {} } };

interface Case {
  readonly title: string;
  readonly declared: readonly Declared[];
  readonly onDemand?: boolean;
  readonly names: readonly string[];
}

test.each<Case>([
  { title: "nothing declared: the router", declared: [], names: ["router"] },
  {
    title: "the declared order, the router last",
    declared: [jwtAuthn, healthCheck("/up"), grpcWeb(true), cors(true)],
    names: ["jwt_authn", "health_check", "grpc_web", "cors", "router"],
  },
  { title: "switched off: not there", declared: [cors(false), grpcWeb(false)], names: ["router"] },
  {
    title: "declared twice: each with a name of its own",
    declared: [healthCheck("/a"), healthCheck("/b"), jwtAuthn],
    names: ["health_check", "health_check-2", "jwt_authn", "router"],
  },
  {
    title: "virtual hosts on demand: right before the router",
    declared: [jwtAuthn, healthCheck("/up"), grpcWeb(true)],
    onDemand: true,
    names: ["jwt_authn", "health_check", "grpc_web", "on_demand", "router"],
  },
  {
    title: "virtual hosts on demand: before what a virtual host configures",
    declared: [healthCheck("/up"), cors(true), grpcWeb(true)],
    onDemand: true,
    names: ["health_check", "on_demand", "cors", "grpc_web", "router"],
  },
  { title: "a filter that this version does not know: passed over", declared: [{}], names: ["router"] },
])("httpFiltersOf: $title", ({ declared, onDemand = false, names }) => {
  const filters = httpFiltersOf(
    declared.map((filter) => HttpFilter.fromPartial(filter)),
    { onDemand },
  );
  expect(filters.map(({ name }) => name)).toEqual(names.map((name) => `envoy.filters.http.${name}`));
});

test("a health check answers its one path itself", () => {
  const [filter] = httpFiltersOf([HttpFilter.fromPartial(healthCheck("/up"))]);
  expect(unpacked(HealthCheck, configOf(filter))).toMatchObject({
    passThroughMode: false,
    headers: [
      {
        name: ":path",
        headerMatchSpecifier: { $case: "stringMatch", value: { matchPattern: { $case: "exact", value: "/up" } } },
      },
    ],
  });
});

function configOf(filter: ReturnType<typeof httpFiltersOf>[number] | undefined) {
  const config = filter?.configType;
  return config?.$case === "typedConfig" ? config.value : undefined;
}
