import { expect } from "vitest";
import { runCommand } from "./testing/run-command.js";
import { test, type TestStore } from "./testing/store.js";

const resources = `
kind: service
name: billing
spec: { serviceName: billing, connectTimeout: 1s }
---
kind: instance_set
name: billing
spec:
  matchServiceNames: [billing]
  instances: [{ transportProtocol: TRANSPORT_PROTOCOL_TCP, address: 127.0.0.1, port: 8080 }]
---
kind: service
name: accounts
id: 0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11
spec: { serviceName: accounts, connectTimeout: 1s }
`;

/** Fills a namespace of the test's own, and gives the options that lead there. */
async function filled(store: TestStore, namespace: string): Promise<readonly string[]> {
  const at = ["--server", store.address, "-n", namespace];
  const { code, err } = await runCommand(["apply", "-f", "-", ...at], resources);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return at;
}

test("list prints a sorted table", async ({ store }) => {
  const at = await filled(store, "table");
  const { out } = await runCommand(["list", ...at]);
  expect(out.split("\n").map((line) => line.replace(/ {2}\S+ {2}1 {2}.*/, ""))).toEqual([
    expect.stringMatching(/^KIND +NAME +ID +REVISION +WRITTEN$/),
    "instance_set  billing ",
    "service       accounts",
    "service       billing ",
    "",
  ]);
  expect(out).toMatch(/accounts {2}0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11 {2}1 {9}\d{4}-\d\d-\d\dT[\d:.]+Z\n/);
});

test("list takes kinds, and prints names", async ({ store }) => {
  const at = await filled(store, "names");
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe(
    "instance_set/billing\nservice/accounts\nservice/billing\n",
  );
  expect((await runCommand(["list", ...at, "-o", "name", "-k", "service"])).out).toBe(
    "service/accounts\nservice/billing\n",
  );
});

test("list of an empty namespace says so beside the output", async ({ store }) => {
  const at = ["--server", store.address, "-n", "empty"];
  expect(await runCommand(["list", ...at])).toEqual({
    code: 0,
    out: "",
    err: "protomesh: nothing in namespace empty\n",
  });
  expect(await runCommand(["list", ...at, "-o", "json"])).toEqual({ code: 0, out: "[]\n", err: "" });
});

test("what list prints as YAML or JSON, apply reads back without a change", async ({ store }) => {
  const at = await filled(store, "back");
  for (const format of ["yaml", "json"]) {
    const printed = (await runCommand(["list", ...at, "-o", format])).out;
    const { code, out } = await runCommand(["apply", "-f", "-", ...at], printed);
    expect({ format, code, out }).toEqual({
      format,
      code: 0,
      out:
        "instance_set/billing  unchanged\nservice/accounts      unchanged\nservice/billing       unchanged\n" +
        "revision 1 of back\n",
    });
  }
});

test("get finds by kind and name, and by id, in the order asked for", async ({ store }) => {
  const at = await filled(store, "get");
  const id = "0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11";
  expect((await runCommand(["get", id.toUpperCase(), "instance_set/billing", ...at, "-o", "name"])).out).toBe(
    "service/accounts\ninstance_set/billing\n",
  );
  const { out } = await runCommand(["get", "service/accounts", ...at, "-o", "json"]);
  expect(JSON.parse(out)).toEqual({
    kind: "service",
    namespace: "get",
    id,
    name: "accounts",
    spec: { serviceName: "accounts", connectTimeout: "1s" },
    version: { index: "1", sha256Hash: expect.any(String) as string, timestamp: expect.any(String) as string },
  });
});

test("get of what is not there names it all, and ends with 1", async ({ store }) => {
  const at = await filled(store, "absent");
  const { code, out, err } = await runCommand(["get", "service/billing", "service/x", "http_ingress/y", ...at]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("not in namespace absent: service/x, http_ingress/y\n");
});

test("a name that two resources have leads to their ids", async ({ store }) => {
  const at = await filled(store, "twice");
  await runCommand(
    ["apply", "-f", "-", ...at],
    "kind: service\nname: billing\nid: 11111111-1111-4111-8111-111111111111\nspec: { serviceName: b2, connectTimeout: 1s }\n",
  );
  const { code, err } = await runCommand(["get", "service/billing", ...at]);
  expect(code).toBe(2);
  expect(err).toContain("2 resources are called service/billing\n");
  expect(err).toContain("  11111111-1111-4111-8111-111111111111\n");
});

test("drop drops what is named, and says so", async ({ store }) => {
  const at = await filled(store, "drop");
  expect((await runCommand(["drop", "service/billing", "instance_set/billing", ...at])).out).toBe(
    "service/billing       dropped\ninstance_set/billing  dropped\nrevision 2 of drop\n",
  );
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe("service/accounts\n");
});

test("drop of something that is not there drops nothing, unless told to pass it over", async ({ store }) => {
  const at = await filled(store, "drop-absent");
  const { code, err } = await runCommand(["drop", "service/billing", "service/x", ...at]);
  expect(code).toBe(1);
  expect(err).toContain("not in namespace drop-absent: service/x\n");
  expect((await runCommand(["list", ...at, "-o", "name", "-k", "service"])).out).toContain("service/billing");
  const passed = await runCommand(["drop", "service/billing", "service/x", "--ignore-absent", ...at, "-o", "json"]);
  expect(JSON.parse(passed.out)).toMatchObject({
    namespaces: [
      {
        namespace: "drop-absent",
        revision: "2",
        dropped: [{ kind: "service", name: "billing" }],
        absent: ["service/x"],
      },
    ],
  });
});

test("drop -f drops what files declare, in their namespaces", async ({ store }) => {
  const at = await filled(store, "drop-file");
  const elsewhere = "kind: service\nnamespace: elsewhere\nname: a\nspec: { serviceName: a, connectTimeout: 1s }\n";
  await runCommand(["apply", "-f", "-", ...at], elsewhere);
  expect((await runCommand(["drop", "-f", "-", ...at], `${resources}---\n${elsewhere}`)).out).toBe(
    "drop-file  service/billing       dropped\ndrop-file  instance_set/billing  dropped\n" +
      "drop-file  service/accounts      dropped\nelsewhere  service/a             dropped\n" +
      "revision 2 of drop-file\nrevision 2 of elsewhere\n",
  );
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe("");
});

test("version tells this program's and the store's", async ({ store }) => {
  const { code, out, err } = await runCommand(["version", "--server", store.address]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^protomesh \d+\.\d+\.\d+ \(Node [\d.]+\)\nstore at 127\.0\.0\.1:\d+: \d+\.\d+\.\d+\n$/);
  const json = await runCommand(["version", "-o", "json", "--server", store.address]);
  expect(JSON.parse(json.out)).toMatchObject({
    client: { node: process.versions.node },
    store: { server: store.address },
  });
});
