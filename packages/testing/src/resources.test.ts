import { decodeSpec, kinds, validateResource } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { gatewayPolicy, httpIngress, instanceSet, processTrigger, routingPolicy, service } from "./resources.js";

const builders = { httpIngress, service, instanceSet, routingPolicy, gatewayPolicy, processTrigger };

test.each(Object.entries(builders))("%s() is a valid resource", (_, build) => {
  expect(validateResource(build())).toEqual([]);
});

test("there is a builder of each kind", () => {
  const built = Object.values(builders).map((build: () => Resource) => decodeSpec(build().spec).kind);
  expect(built.toSorted()).toEqual([...kinds].toSorted());
});

test("what a test says wins over the defaults, field by field", () => {
  const resource = service({ namespace: "other", name: "ledger", spec: { connectTimeout: { seconds: 3n, nanos: 0 } } });
  expect(resource).toMatchObject({ namespace: "other", name: "ledger" });
  expect(decodeSpec(resource.spec)).toMatchObject({
    kind: "service",
    value: { serviceName: "ledger", connectTimeout: { seconds: 3n, nanos: 0 } },
  });
});

test("the same name in another namespace is another resource", () => {
  expect(service({ namespace: "other" }).id).not.toBe(service().id);
});
