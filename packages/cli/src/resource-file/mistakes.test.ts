import { expect } from "vitest";
import { billing, input, orders, readFrom, test, told, type Content } from "./testing/resource-folder.js";

const id = "6f1c2d3e-0000-4000-8000-00000000abcd";

test("mistakes in standard input say so", async () => {
  expect(told(".", await readFrom(["-"], input("kind: service\nname: billing\nspec: {}\n")))).toBe(
    "standard input:3:1: spec.serviceName: is missing; expected the service's name, to which routes and instance sets refer",
  );
  expect(told(".", await readFrom(["-"], input("")))).toBe("standard input: is empty; expected at least one resource");
});

test("all mistakes of all files are told at once, each with its line", async ({ folder }) => {
  const files = {
    "a.yaml": [
      "kind: http_ingress",
      "name: edge",
      "spec:",
      "  ingressName: edge",
      "  listenPort: 70000",
      "  httpFilters:",
      "    - healthCheck: {}",
      "    - colour:",
      "        red: true",
      "---",
      "kind: http_ingres",
      "nam: edge",
      "spec: {}",
      "",
    ].join("\n"),
    "b.json":
      '[\n  {\n    "kind": "service",\n    "name": 5,\n    "spec": { "serviceName": "s", "connectTimeout": "soon" }\n  }\n]',
    "c.toml": '[[resource]]\nkind = "service"\nname = "s"\n[resource.spec]\nserviceNme = "s"\n',
  };
  expect(await folder.read(files)).toBe(
    [
      "a.yaml:8:7: spec.httpFilters[1].colour: is no field of HttpFilter; its fields are cors, healthCheck, grpcWeb, jwtAuthn",
      "a.yaml:5:15: spec.listenPort: 70000 is not valid; expected a port from 1 to 65535",
      "a.yaml:7:7: spec.httpFilters[0].healthCheck.path: is missing; expected a path that begins with /, without spaces, ? and #",
      "a.yaml:8:7: spec.httpFilters[1].filter: is missing; expected one of cors, health_check, grpc_web, jwt_authn",
      "a.yaml:12:6: nam: is no key of a resource; did you mean name?",
      "a.yaml:11:1: name: is missing; expected 1 to 253 bytes of UTF-8 without control characters",
      'a.yaml:11:7: kind: "http_ingres" is no kind; expected one of http_ingress, service, instance_set, routing_policy, gateway_policy, process_trigger; did you mean http_ingress?',
      'b.json:4:13: name: 5 is not valid; expected text: "5"',
      'b.json:5:53: spec.connectTimeout: "soon" is not valid; expected a duration, such as "1.5s", "300ms" or "1m30s"',
      "c.toml, resource 1: spec.serviceNme: is no field of Service; did you mean serviceName?",
    ].join("\n"),
  );
});

test.for<{ title: string; files: Record<string, Content>; paths?: string[]; want: string }>([
  { title: "an empty file", files: { "a.yaml": "" }, want: "a.yaml: is empty; expected at least one resource" },
  { title: "only comments", files: { "a.yaml": "# soon\n" }, want: "a.yaml: is empty; expected at least one resource" },
  { title: "an empty list", files: { "a.json": "[]" }, want: "a.json: is empty; expected at least one resource" },
  { title: "an empty TOML file", files: { "a.toml": "\n" }, want: "a.toml: is empty; expected at least one resource" },
  {
    title: "a binary file",
    files: { "a.yaml": Buffer.from("7f454c4602010100", "hex") },
    want: "a.yaml: is a binary file: it holds NUL bytes; expected text",
  },
  {
    title: "text in another encoding",
    files: { "a.yaml": Buffer.from("6e616d653a20e4", "hex") },
    want: "a.yaml: is not encoded in UTF-8",
  },
  {
    title: "a file that is too large",
    files: { "a.yaml": Buffer.alloc(33 * 1024 * 1024, " ") },
    want: "a.yaml: is too large with 33 MiB; expected at most 32 MiB, so split it",
  },
  { title: "a file that is not there", files: {}, paths: ["a.yaml"], want: "a.yaml: there is no such file or folder" },
  {
    title: "a file of another kind",
    files: { "a.txt": "x" },
    want: "a.txt: is not known by its extension; expected one of .yaml, .yml, .json, .toml",
  },
  {
    title: "a folder without resource files",
    files: { "all/README.md": "x" },
    paths: ["all"],
    want: "all: holds no file with one of .yaml, .yml, .json, .toml",
  },
  {
    title: "text that is no resource",
    files: { "a.yaml": "hello\n" },
    want: "a.yaml:1:1: is no resource; expected the keys kind, namespace, id, name, spec, version",
  },
  {
    title: "broken YAML",
    files: { "a.yaml": "kind: service\n  name: x\n" },
    want: "a.yaml:1:7: Nested mappings are not allowed in compact mappings\na.yaml:1:7: Implicit keys need to be on a single line",
  },
  {
    title: "a tag that nobody knows",
    files: { "a.yaml": "kind: !Ref service\n" },
    want: "a.yaml:1:7: Unresolved tag: !Ref",
  },
  {
    title: "a key given twice",
    files: { "a.yaml": `${billing}name: again\n` },
    want: "a.yaml:4:1: Map keys must be unique",
  },
  {
    title: "an alias that leads nowhere",
    files: { "a.yaml": "kind: *none\n" },
    want: "a.yaml: Unresolved alias (the anchor must be set before the alias): none",
  },
  {
    title: "broken TOML",
    files: { "a.toml": 'kind = "service"\nname = \n' },
    want: "a.toml:2:8: Invalid TOML document: invalid value",
  },
  {
    title: "keys beside [[resource]]",
    files: { "a.toml": 'namespace = "n"\n[[resource]]\nkind = "service"\nname = "s"\nspec.serviceName = "s"\n' },
    want: "a.toml: namespace stands beside [[resource]]; expected it within one of them",
  },
  {
    title: "an id that is none",
    files: { "a.yaml": `${billing}id: edge\n` },
    want: 'a.yaml:4:5: id: "edge" is not valid; expected a UUID',
  },
  {
    title: "an unknown type without an id",
    files: { "a.yaml": 'name: custom\nspec: { "@type": x/acme.v1.Widget }\n' },
    want: "a.yaml:1:1: id: is missing; expected a UUID",
  },
  {
    title: "nothing but an opening brace",
    files: { "a.yaml": "{}\n" },
    want: "a.yaml:1:1: is no resource: it has neither kind nor spec; expected the keys kind, namespace, id, name, spec, version",
  },
  {
    title: "another program's file",
    files: { "a.yaml": "services: { web: { image: nginx } }\nvolumes: {}\n" },
    want: "a.yaml:1:1: is no resource: it has neither kind nor spec; expected the keys kind, namespace, id, name, spec, version",
  },
  {
    title: "a kind with a typo in its key",
    files: { "a.yaml": "knd: service\nname: a\n" },
    want: "a.yaml:1:6: knd: is no key of a resource; did you mean kind?\na.yaml:1:1: kind: is missing; expected one of http_ingress, service, instance_set, routing_policy, gateway_policy, process_trigger",
  },
  {
    title: "a namespace that is too long",
    files: { "a.yaml": `${billing}namespace: ${"n".repeat(254)}\n` },
    want: `a.yaml:4:12: namespace: "${"n".repeat(79)}… is not valid; expected 1 to 253 bytes of UTF-8 without control characters`,
  },
  {
    title: "one id in two files",
    files: { "a.yaml": `id: ${id}\n${billing}`, "b.yaml": `---\n${orders}---\nid: ${id}\n${orders}` },
    want: `b.yaml:6:5: id: ${id} is also the id of a.yaml:1:5; expected one resource for each id`,
  },
  {
    title: "one name twice, without ids",
    files: {
      "a.yaml": billing,
      "b.toml": '[[resource]]\nkind = "service"\nname = "billing"\nspec.serviceName = "b"\n',
    },
    want: 'b.toml, resource 1: name: "billing" has the same namespace and kind at a.yaml:2:7; expected another name, or an id',
  },
])("readResourceFiles: $title", async ({ files, paths, want }, { folder }) => {
  expect(await folder.read(files, paths)).toBe(want);
});

test("broken JSON is told by its line, where YAML's reader agrees that it is broken", async ({ folder }) => {
  expect(await folder.read({ "a.json": '{\n  "kind": "service"\n  "name": 1\n}' })).toMatch(
    /^a\.json:3:3: is no JSON: ./,
  );
  expect(await folder.read({ "a.json": '{"kind":"service",}' })).toMatch(/^a\.json: is no JSON: ./);
});

test("standard input that is not there is a mistake", async () => {
  expect(told(".", await readFrom(["-"]))).toBe("standard input: cannot be read here");
});
