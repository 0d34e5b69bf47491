import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { resourceId } from "@protomesh/core";
import { expect } from "vitest";
import { billing, input, orders, readFrom, test, told } from "./testing/resource-folder.js";

const id = "6f1c2d3e-0000-4000-8000-00000000abcd";
const billingId = resourceId("default", "service", "billing");
const ordersId = resourceId("default", "service", "orders");

test("YAML: many documents, empty ones passed over", async ({ folder }) => {
  expect(await folder.read({ "a.yaml": `---\n# nothing\n---\n${billing}---\n${orders}---\n` })).toBe(
    `default billing ${billingId}\ndefault orders ${ordersId}`,
  );
});

test("YAML: a list of resources, with anchors and merges", async ({ folder }) => {
  const list = `- &first { kind: service, name: billing, spec: { serviceName: billing } }\n- <<: *first\n  name: orders\n`;
  expect(await folder.read({ "a.yml": list })).toBe(`default billing ${billingId}\ndefault orders ${ordersId}`);
});

test("JSON: an object, or an array of them, also indented by tabs and with a byte order mark", async ({ folder }) => {
  const one = { kind: "service", name: "billing", spec: { serviceName: "billing" } };
  const two = { ...one, name: "orders" };
  const files = { "a.json": JSON.stringify(one, undefined, "\t"), "b.json": `\ufeff${JSON.stringify([two])}` };
  expect(await folder.read(files)).toBe(`default billing ${billingId}\ndefault orders ${ordersId}`);
});

test("TOML: one resource, or any number of [[resource]]", async ({ folder }) => {
  const one = 'kind = "service"\nname = "billing"\nspec.serviceName = "billing"\n';
  const more =
    '[[resource]]\nkind = "http_ingress"\nname = "edge"\n[resource.spec]\ningressName = "edge"\nlistenPort = 80\n';
  expect(await folder.read({ "a.toml": one, "b.toml": more })).toBe(
    `default billing ${billingId}\ndefault edge ${resourceId("default", "http_ingress", "edge")}`,
  );
});

test("an id is read in any form and given back in its canonical one", async ({ folder }) => {
  expect(await folder.read({ "a.yaml": `${billing}id: "{${id.toUpperCase()}}"\nnamespace: staging\n` })).toBe(
    `staging billing ${id}`,
  );
});

test("a document as the API's JSON has it, with a version, is read too", async ({ folder }) => {
  const spec = {
    "@type": "type.googleapis.com/protomesh.types.v1.NetworkingNode",
    service: { serviceName: "billing" },
  };
  const json = JSON.stringify({ namespace: "default", id, name: "billing", spec, version: { index: "7" } });
  expect(await folder.read({ "a.json": json })).toBe(`default billing ${id}`);
});

test("a spec of a type that nobody knows is read by its type and bytes", async ({ folder }) => {
  const yaml = `id: ${id}\nname: custom\nspec: { "@type": type.example.com/acme.v1.Widget, value: CJYB }\n`;
  expect(await folder.read({ "a.yaml": yaml })).toBe(`default custom ${id}`);
});

test("a kind may be told by the spec's type alone, and then makes the id", async ({ folder }) => {
  const yaml = `name: billing\nspec: { "@type": x/protomesh.types.v1.NetworkingNode, service: { serviceName: billing } }\n`;
  expect(await folder.read({ "a.yaml": yaml })).toBe(`default billing ${billingId}`);
});

test("folders are read in the order of names, with the folders below, without hidden and other files", async ({
  folder,
}) => {
  const named = (name: string) => billing.replace("name: billing", `name: ${name}`);
  const files = {
    "all/b.yaml": named("second"),
    "all/a/z.yml": named("first"),
    "all/c.json": '{"kind":"service","name":"third","spec":{"serviceName":"s"}}',
    "all/README.md": "# not a resource",
    "all/.hidden.yaml": "kind: nonsense",
    "all/.git/x.yaml": "kind: nonsense",
  };
  expect((await folder.read(files, ["all"])).split("\n").map((line) => line.split(" ")[1])).toEqual([
    "first",
    "second",
    "third",
  ]);
});

test("a file that two paths lead to is read once", async ({ folder }) => {
  expect(await folder.read({ "all/a.yaml": billing }, ["all", "all/a.yaml", "all/../all/a.yaml"])).toBe(
    `default billing ${billingId}`,
  );
});

test("a link to a file is read as the file", async ({ folder }) => {
  await mkdir(join(folder.path, "all"));
  await symlink("../a.yaml", join(folder.path, "all/link.yaml"));
  expect(await folder.read({ "a.yaml": billing }, ["all"])).toBe(`default billing ${billingId}`);
});

test.each([
  ["YAML", [billing, "---\n", orders]],
  [
    "JSON",
    [
      '[{"kind":"service","name":"billing","spec":{"serviceName":"s"}},',
      '{"kind":"service","name":"orders","spec":{"serviceName":"s"}}]',
    ],
  ],
])("standard input may be %s", async (_format, chunks) => {
  expect(told(".", await readFrom(["-"], input(...chunks)))).toBe(
    `default billing ${billingId}\ndefault orders ${ordersId}`,
  );
});

test("one id in two namespaces is two resources", async ({ folder }) => {
  expect(await folder.read({ "a.yaml": `id: ${id}\n${billing}---\nid: ${id}\nnamespace: staging\n${billing}` })).toBe(
    `default billing ${id}\nstaging billing ${id}`,
  );
});
