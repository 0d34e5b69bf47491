import { create, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { apiMessage, apiRegistry } from "../descriptors.js";
import { resourceHash } from "../hash.js";
import { vector, vectors } from "../vectors/vectors.js";
import { resourceFromJson, resourceToJson } from "./resource-json.js";

const withJson = vectors.filter(({ title }) => title !== "unknown type URL");
/** Their bytes are not what their JSON says: in another order, or with a field that JSON does not show. */
const otherBytes = [
  "spec value with fields out of order: hashed as sent",
  "spec value with an unknown field (100): hashed as sent",
];

test.each(withJson)("resourceToJson agrees with the existing implementation: $title", ({ resource, json }) => {
  expect(resourceToJson(resource)).toEqual(json);
});

test.each(withJson.filter(({ title }) => !otherBytes.includes(title)))(
  "resourceFromJson gives the bytes of the existing implementation: $title",
  ({ resource, json, hash }) => {
    const result = resourceFromJson(json);
    expect(result).toEqual({ resource });
    expect("resource" in result && resourceHash(result.resource)).toBe(hash);
  },
);

/** The protobuf library does not keep the host of a type URL. */
const foreignHost = "type URL with a foreign host";

test.each(withJson.filter(({ title }) => title !== foreignHost))(
  "the protobuf library reads what we write, and we read what it writes: $title",
  ({ resource }) => {
    const desc = apiMessage("protomesh.types.v1.Resource");
    const registry = apiRegistry();
    const json = resourceToJson(resource);
    const theirs = toJson(desc, fromJson(desc, json, { registry }), { registry });
    expect(theirs).toEqual(json);
    expect(resourceFromJson(theirs)).toEqual(resourceFromJson(json));
  },
);

test("a spec of an unknown type keeps its bytes, in base64", () => {
  const { resource, spec } = vector("unknown type URL");
  const json = resourceToJson(resource);
  expect(json).toMatchObject({
    spec: { "@type": "type.example.com/acme.v1.Widget", value: Buffer.from(spec.value).toString("base64") },
  });
  expect(resourceFromJson(json)).toEqual({ resource });
});

test("damaged bytes of a known type are shown as they are", () => {
  const { resource } = vector("service: http1");
  const spec = { typeUrl: resource.spec?.typeUrl ?? "", value: Buffer.from("12ff", "hex") };
  expect(resourceToJson({ ...resource, spec })).toMatchObject({ spec: { "@type": spec.typeUrl, value: "Ev8=" } });
});

test("a duration that protobuf JSON cannot say is shown in its bytes", () => {
  const { resource } = vector("service: http1");
  const tooLong = Buffer.from("12091a0708808080808020", "hex");
  const spec = { typeUrl: resource.spec?.typeUrl ?? "", value: tooLong };
  expect(resourceToJson({ ...resource, spec })).toMatchObject({ spec: { value: tooLong.toString("base64") } });
});

test("a version has its index as a string and its time as in RFC 3339", () => {
  const { resource } = vector("unknown type URL");
  const version = {
    index: 9_007_199_254_740_993n,
    sha256Hash: "h",
    timestamp: { seconds: 1_700_000_000n, nanos: 500_000_000 },
  };
  const json = resourceToJson({ ...resource, version });
  expect(json).toMatchObject({
    version: { sha256Hash: "h", timestamp: "2023-11-14T22:13:20.500Z", index: "9007199254740993" },
  });
  expect(resourceFromJson(json)).toEqual({ resource: { ...resource, version } });
});

test("every mistake in a resource is told at once", () => {
  const result = resourceFromJson({
    namespace: 7,
    ID: "x",
    spec: { "@type": "x/protomesh.types.v1.NetworkingNode", service: { serviceName: [] }, instanceSet: {} },
    version: { index: "12x", timestamp: "yesterday" },
  });
  expect(
    "violations" in result && result.violations.map(({ field, description }) => `${field}: ${description}`),
  ).toEqual([
    'namespace: 7 is not valid; expected text: "7"',
    "ID: is no field of Resource; did you mean id?",
    "spec.service.serviceName: is empty; expected text; as JSON that is '[]'",
    "spec.instanceSet: stands beside service; expected only one of httpIngress, service, routingPolicy, instanceSet",
    'version.index: "12x" is not valid; expected an integer from -9223372036854775808 to 9223372036854775807',
    'version.timestamp: "yesterday" is not valid; expected a time as in RFC 3339, such as "2026-01-31T12:00:00Z"',
  ]);
});

test.each([
  [{ "@type": 7 }, 'spec["@type"]: 7 is not valid; expected a type URL'],
  [{ service: {} }, 'spec["@type"]: is missing; expected a type URL'],
  ["x", 'spec: "x" is not valid; expected "@type" and the fields of that type'],
  [
    { "@type": "x/acme.v1.Widget", size: 1 },
    "spec.size: is no field that can be read; of x/acme.v1.Widget only value, in base64, is expected",
  ],
  [{ "@type": "x/acme.v1.Widget", value: "é" }, 'spec.value: "é" is not valid; expected bytes in base64'],
])("a spec that is no Any is refused: %j", (spec, want) => {
  const result = resourceFromJson({ spec });
  expect(
    "violations" in result && result.violations.map(({ field, description }) => `${field}: ${description}`),
  ).toEqual([want]);
});

test("a spec may be a message with a form of its own", () => {
  const spec = { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1.500s" };
  const result = resourceFromJson({ spec });
  const bytes = toBinary(
    apiMessage("google.protobuf.Duration"),
    create(apiMessage("google.protobuf.Duration"), { seconds: 1n, nanos: 500_000_000 }),
  );
  expect("resource" in result && result.resource.spec?.value).toEqual(Buffer.from(bytes));
  expect("resource" in result && resourceToJson(result.resource)).toEqual({ spec });
});
