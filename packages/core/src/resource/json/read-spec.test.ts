import { expect, test } from "vitest";
import type { Any } from "../../api.js";
import { isKind, kindOf, typeUrlOf, type Kind } from "../kind.js";
import { vector, vectors } from "../vectors/vectors.js";
import { specFromJson } from "./read-spec.js";
import { specToJson } from "./write-spec.js";

const node = typeUrlOf("protomesh.types.v1.NetworkingNode");

/** What a person who writes this is told, one line for each mistake. */
function told(kind: Kind | undefined, json: unknown): string[] {
  const result = specFromJson(kind, json);
  return "spec" in result ? [] : result.violations.map(({ field, description }) => `${field}: ${description}`);
}

function specOf(kind: Kind | undefined, json: unknown): Any {
  const result = specFromJson(kind, json);
  if ("spec" in result) return result.spec;
  throw new Error(result.violations.map(({ field, description }) => `${field}: ${description}`).join("\n"));
}

const odd = "spec value with fields out of order: hashed as sent";
const refused = "instance_set: negative port (ten-byte varint)";
const shown = vectors.filter(({ title, spec }) => isKind(kindOf(spec)) && title !== odd && title !== refused);

test.each(shown)("what specToJson shows, specFromJson gives back byte for byte: $title", ({ spec }) => {
  const kind = kindOf(spec);
  expect(specOf(kind === "unknown" ? undefined : kind, specToJson(spec))).toEqual(spec);
});

test("a spec in odd field order comes back in the order of existing clients", () => {
  const { spec } = vector(odd);
  expect(specToJson(spec)).toEqual({ serviceName: "backwards", xdsClusterName: "xds-cluster" });
  expect(kindOf(specOf("service", specToJson(spec)))).toBe("service");
});

test("the JSON of a kind is that of its own message", () => {
  expect(specToJson(vector("service: http1").spec)).toEqual({
    serviceName: "billing",
    xdsClusterName: "xds-cluster",
    connectTimeout: "5s",
    instanceHttp1Options: {},
  });
  expect(specToJson(vector("gateway_policy: http source, one handler").spec)).toMatchObject({
    http: { path: "/webhook" },
  });
});

test.each([
  {
    title: "type URL with a foreign host",
    want: { "@type": "types.example.com/protomesh.types.v1.NetworkingNode", service: { serviceName: "hosted" } },
  },
  {
    title: "spec value with an unknown field (100): hashed as sent",
    want: { "@type": node, value: "EgsKBmZ1dHVyZaAGBw==" },
  },
  { title: "unknown type URL", want: { "@type": "type.example.com/acme.v1.Widget", value: "CJYBEgNhYmM=" } },
  { title: "empty spec value", want: { "@type": node } },
])("what the kind's own JSON could not give back has an @type: $title", ({ title, want }) => {
  const { spec } = vector(title);
  expect(specToJson(spec)).toEqual(want);
  expect(specOf(undefined, want)).toEqual(spec);
});

test("names are read in lowerCamelCase and as in the .proto files", () => {
  const camel = { ingressName: "edge", listenPort: 80, httpFilters: [{ healthCheck: { path: "/healthz" } }] };
  const snake = { ingress_name: "edge", listen_port: 80, http_filters: [{ health_check: { path: "/healthz" } }] };
  expect(specOf("http_ingress", snake)).toEqual(specOf("http_ingress", camel));
});

test.each([
  ["5s", "5s"],
  ["0.25s", "0.250s"],
  ["300ms", "0.300s"],
  ["1m30s", "90s"],
  ["2h", "7200s"],
  ["10us", "0.000010s"],
  ["3000h0.5s", "10800000.500s"],
  ["0", "0s"],
])("a duration may be written %s, and is %s", (written, want) => {
  expect(specToJson(specOf("service", { serviceName: "s", connectTimeout: written }))).toMatchObject({
    connectTimeout: want,
  });
});

test.each([
  ["a bigint, as YAML readers give", 10_000n],
  ["a decimal string", "10000"],
  ["a number with an exponent", 1e4],
])("an integer may be %s", (_title, listenPort) => {
  expect(specToJson(specOf("http_ingress", { ingressName: "e", listenPort }))).toMatchObject({ listenPort: 10_000 });
});

test("null is as good as absent", () => {
  expect(specOf("service", { serviceName: "s", connectTimeout: null, xdsClusterName: null })).toEqual(
    specOf("service", { serviceName: "s" }),
  );
});

test("a spec that is wrapped already is taken as it is", () => {
  const wrapped = { "@type": node, service: { serviceName: "s" } };
  expect(specOf("service", wrapped)).toEqual(specOf("service", { serviceName: "s" }));
  expect(specOf(undefined, wrapped)).toEqual(specOf("service", { serviceName: "s" }));
});

test.each<{ title: string; kind: Kind | undefined; json: unknown; want: string[] }>([
  {
    title: "no spec",
    kind: "service",
    json: undefined,
    want: [
      "spec: is missing; expected the fields of Service: serviceName, xdsClusterName, connectTimeout, instanceHttp1Options, instanceHttp2Options, enableTlsTransport",
    ],
  },
  {
    title: "a list for a spec",
    kind: "process_trigger",
    json: [1],
    want: [
      "spec: [1] is not valid; expected the fields of Trigger: name, taskQueue, idPrefix, exactIdSuffix, idSuffixBuilder, ifRunningAction, cronSchedule, executionTimeout, runTimeout, taskTimeout, jsonArguments, retryPolicy, onDropAction, temporalNamespace, jsonMemo, jsonSearchAttributes, ifForeignAction, schedule, signalOnUpdate",
    ],
  },
  {
    title: "no kind, no type",
    kind: undefined,
    json: {},
    want: ['spec: {} is not valid; expected a spec with an "@type", as no kind is named'],
  },
  {
    title: "a wrapped spec of another kind",
    kind: "service",
    json: { "@type": node, instanceSet: {} },
    want: [`spec["@type"]: "${node}" is not valid; expected a spec of kind service`],
  },
  {
    title: "a mistyped field: the rule on the field that was meant is not told as well",
    kind: "http_ingress",
    json: { ingressName: "edge", listenPrt: 80 },
    want: ["spec.listenPrt: is no field of HttpIngress; did you mean listenPort?"],
  },
  {
    title: "a mistyped field in snake_case",
    kind: "http_ingress",
    json: { ingress_name: "edge", listen_prt: 80 },
    want: ["spec.listen_prt: is no field of HttpIngress; did you mean listen_port?"],
  },
  {
    title: "a field that is like none",
    kind: "service",
    json: { serviceName: "s", colour: "red" },
    want: [
      "spec.colour: is no field of Service; its fields are serviceName, xdsClusterName, connectTimeout, instanceHttp1Options, instanceHttp2Options, enableTlsTransport",
    ],
  },
  {
    title: "a field by both of its names",
    kind: "service",
    json: { serviceName: "s", service_name: "t" },
    want: ["spec.service_name: stands beside serviceName; expected only one"],
  },
  {
    title: "two members of one oneof",
    kind: "gateway_policy",
    json: { http: { path: "/" }, grpc: { methodName: "/" }, handlers: [{ aws: { lambda: { functionName: "f" } } }] },
    want: ["spec.grpc: stands beside http; expected only one of http, grpc"],
  },
  {
    title: "a bad value of an enum",
    kind: "gateway_policy",
    json: { http: { path: "/", method: "GET" }, handlers: [{ aws: { lambda: { functionName: "f" } } }] },
    want: [
      'spec.http.method: "GET" is not valid; expected one of HTTP_METHOD_UNDEFINED, HTTP_METHOD_GET, HTTP_METHOD_HEAD, HTTP_METHOD_POST, HTTP_METHOD_PUT, HTTP_METHOD_DELETE, HTTP_METHOD_CONNECT, HTTP_METHOD_OPTIONS, HTTP_METHOD_TRACE, HTTP_METHOD_PATCH',
    ],
  },
  {
    title: "a mistyped value of an enum",
    kind: "process_trigger",
    json: { name: "N", onDropAction: "ON_DROP_CANCELL" },
    want: [
      'spec.onDropAction: "ON_DROP_CANCELL" is not valid; expected one of ON_DROP_DO_NOTHING, ON_DROP_CANCEL, ON_DROP_TERMINATE; did you mean ON_DROP_CANCEL?',
    ],
  },
  {
    title: "an enum's number that means nothing",
    kind: "process_trigger",
    json: { name: "N", ifRunningAction: 2 },
    want: ["spec.ifRunningAction: 2 is not valid; expected one of IF_RUNNING_ABORT, IF_RUNNING_OVERLAP"],
  },
  {
    title: "wrong types everywhere",
    kind: "http_ingress",
    json: { ingressName: 5, listenPort: "80a", httpFilters: { cors: {} }, accessLogStdoutFormat: ["x"] },
    want: [
      'spec.ingressName: 5 is not valid; expected text: "5"',
      'spec.listenPort: "80a" is not valid; expected an integer from -2147483648 to 2147483647',
      'spec.httpFilters: {"cors":{}} is not valid; expected a list',
      `spec.accessLogStdoutFormat: ["x"] is not valid; expected text; as JSON that is '["x"]'`,
    ],
  },
  {
    title: "integers that are none, or out of range",
    kind: "instance_set",
    json: {
      instances: [
        { address: "a", port: 1.5 },
        { address: "a", port: 2 ** 31 },
        { address: "a", port: 2n ** 70n },
      ],
    },
    want: [1.5, 2 ** 31, '"1180591620717411303424"'].map(
      (port, index) =>
        `spec.instances[${index}].port: ${port} is not valid; expected an integer from -2147483648 to 2147483647`,
    ),
  },
  {
    title: "a word for a switch",
    kind: "service",
    json: { serviceName: "s", enableTlsTransport: "yes" },
    want: ['spec.enableTlsTransport: "yes" is not valid; expected true or false'],
  },
  {
    title: "durations that are none",
    kind: "process_trigger",
    json: { name: "N", runTimeout: "soon", taskTimeout: 5, executionTimeout: "99999999999999s" },
    want: ["soon", 5, "99999999999999s"].map(
      (value, index) =>
        `spec.${["runTimeout", "taskTimeout", "executionTimeout"][index]}: ${JSON.stringify(value)} is not valid; expected a duration, such as "1.5s", "300ms" or "1m30s"`,
    ),
  },
  {
    title: "half a character",
    kind: "service",
    json: { serviceName: "a\ud800" },
    want: [
      String.raw`spec.serviceName: "a\ud800" is not valid; expected text without half characters (lone surrogates)`,
    ],
  },
  {
    title: "rules, told in the names that the document uses",
    kind: "http_ingress",
    json: { ingress_name: "", listenPort: 70_000, http_filters: [{ healthCheck: {} }, {}] },
    want: [
      "spec.ingress_name: is empty; expected the listener's name, to which routing policies refer",
      "spec.listenPort: 70000 is not valid; expected a port from 1 to 65535",
      "spec.http_filters[0].healthCheck.path: is missing; expected a path that begins with /, without spaces, ? and #",
      "spec.http_filters[1].filter: is missing; expected one of cors, health_check, grpc_web, jwt_authn",
    ],
  },
  {
    title: "shape and rules together",
    kind: "routing_policy",
    json: {
      ingressName: "edge",
      domain: "example.com:80",
      routes: [{ matchPrefix: "api", targetService: "s", timeout: "-1s", retries: 3 }],
    },
    want: [
      "spec.routes[0].retries: is no field of Route; its fields are matchPrefix, targetService, timeout, prefixRewrite",
      'spec.domain: "example.com:80" is not valid; expected a domain without a port: example.com',
      'spec.routes[0].matchPrefix: "api" is not valid; expected a path that begins with /, without spaces, ? and #',
      'spec.routes[0].timeout: "-1s" is not valid; expected a duration from 0s to 315576000000s',
    ],
  },
  {
    title: "rules on a wrapped spec",
    kind: "http_ingress",
    json: { "@type": node, httpIngress: { ingressName: "edge", listenPort: 0 } },
    want: ["spec.httpIngress.listenPort: 0 is not valid; expected a port from 1 to 65535"],
  },
  {
    title: "rules on a spec in bytes",
    kind: "service",
    json: { "@type": node, value: "EgA=" },
    want: [
      "spec.value: spec.service.service_name: is empty; expected the service's name, to which routes and instance sets refer",
    ],
  },
])("specFromJson tells all mistakes at once: $title", ({ kind, json, want }) => {
  expect(told(kind, json)).toEqual(want);
});

test("a violation has the path's parts, the value, and stands where the spec does", () => {
  const result = specFromJson("instance_set", { instances: [{ address: "a", port: 0 }] }, ["resource", 3, "spec"]);
  expect("violations" in result && result.violations).toMatchObject([
    { field: "resource[3].spec.instances[0].port", path: ["resource", 3, "spec", "instances", 0, "port"], value: 0 },
  ]);
});
