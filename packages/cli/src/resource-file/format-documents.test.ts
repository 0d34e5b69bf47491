import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSpec, kinds, resourceHash, resourceId, specFromJson, type Kind } from "@protomesh/core";
import { GatewayPolicy, HttpMethod, type Resource } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { documentOf, formatDocuments, portableDocument } from "./format-documents.js";
import { readResourceFiles } from "./read-resource-files.js";

const specs: Record<Kind, unknown> = {
  http_ingress: { ingressName: "edge", listenPort: 80, accessLogStdoutFormat: '%REQ(:METHOD)% "x"\n' },
  service: {
    serviceName: "yes",
    connectTimeout: "2.500s",
    instanceHttp2Options: { maxConcurrentStreams: 2_147_483_647 },
  },
  instance_set: {
    instances: [{ address: "::1", port: 65_535, hostname: "0x10" }],
    matchServiceNames: ["1e3", "null", "~"],
  },
  routing_policy: {
    ingressName: "edge",
    domain: "*.example.com",
    routes: [{ matchPrefix: "/", targetService: "- a: b # c", timeout: "0s" }],
    cors: {},
  },
  gateway_policy: {
    grpc: { methodName: "/pkg.Service/Method", exactMethodNameMatch: true },
    handlers: [{ aws: { lambda: { functionName: "f", qualifier: "$LATEST" } } }],
  },
  process_trigger: {
    name: "платежи ☕",
    jsonArguments: '[{"a":"b\\u0000"},\n"two"]',
    idSuffixBuilder: "ID_BUILDER_ONLY_PREFIX",
    retryPolicy: {},
  },
};

function resourceOf(kind: Kind, name: string): Resource {
  const result = specFromJson(kind, specs[kind]);
  if (!("spec" in result)) throw new Error(JSON.stringify(result.violations));
  return { namespace: "größe", id: resourceId("größe", kind, name), name, spec: result.spec, version: undefined };
}

const custom: Resource = {
  namespace: "default",
  id: "6f1c2d3e-0000-4000-8000-000000000017",
  name: "no",
  spec: { typeUrl: "type.example.com/acme.v1.Widget", value: Buffer.from("0896010000ff", "hex") },
  version: undefined,
};
/** A service as a later version may write it, with a field that this one does not know. */
const future: Resource = {
  ...custom,
  id: "6f1c2d3e-0000-4000-8000-000000000018",
  spec: {
    typeUrl: "type.googleapis.com/protomesh.types.v1.NetworkingNode",
    value: Buffer.from("120b0a06667574757265a00607", "hex"),
  },
};
const all = [...kinds.map((kind) => resourceOf(kind, `${kind}: "x" 🚀`)), custom, future];

async function readBack(text: string, extension: string): Promise<readonly Resource[]> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-"));
  try {
    await writeFile(join(folder, `a.${extension}`), text);
    const result = await readResourceFiles([folder], { defaultNamespace: "other" });
    if ("mistakes" in result) throw new Error(JSON.stringify(result.mistakes));
    return result.resources;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each(["yaml", "json"] as const)("what is written as %s is read back without a change", async (format) => {
  const back = await readBack(formatDocuments(all.map(documentOf), format), format);
  expect(back).toEqual(all);
  expect(back.map(resourceHash)).toEqual(all.map(resourceHash));
});

test("YAML has a document for each resource, in the order in which people read", () => {
  const spec = encodeSpec({
    kind: "gateway_policy",
    value: GatewayPolicy.fromPartial({
      source: { $case: "http", value: { method: HttpMethod.GET, path: "/hello" } },
    }),
  });
  expect(formatDocuments([{ ...custom, name: "hello", spec }, custom].map(documentOf), "yaml"))
    .toBe(`kind: gateway_policy
namespace: default
id: 6f1c2d3e-0000-4000-8000-000000000017
name: hello
spec:
  http:
    method: HTTP_METHOD_GET
    path: /hello
---
namespace: default
id: 6f1c2d3e-0000-4000-8000-000000000017
name: "no"
spec:
  "@type": type.example.com/acme.v1.Widget
  value: CJYBAAD/
`);
});

test("nothing is an empty file, or an empty array", () => {
  expect(formatDocuments([], "yaml")).toBe("");
  expect(formatDocuments([], "json")).toBe("[]\n");
});

test("a portable document leaves out what another namespace makes anew", () => {
  const made = resourceOf("service", "billing");
  expect(Object.keys(portableDocument(made))).toEqual(["kind", "name", "spec"]);
  expect(Object.keys(portableDocument({ ...made, name: "renamed" }))).toEqual(["kind", "id", "name", "spec"]);
  expect(Object.keys(portableDocument(custom))).toEqual(["id", "name", "spec"]);
});
