import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceStoreService } from "@protomesh/core/api";
import { expect, onTestFinished } from "vitest";
import { run } from "./commands/testing/process.js";
import { test } from "./commands/testing/store.js";

interface Case {
  readonly title: string;
  /** The files that are applied, by name. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** What is wrong, a line each; below the folder where the files are. */
  readonly want: readonly string[];
}

const service = "kind: service\nname: a\nspec: { serviceName: a }\n";
const id = "id: 0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11\n";
const tenMegabytes = 10 * 1024 * 1024;

test.for<Case>([
  { title: "an empty file", files: { "a.yaml": "" }, want: ["a.yaml: is empty; expected at least one resource"] },
  {
    title: "a binary file",
    files: { "a.yaml": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]) },
    want: ["a.yaml: is a binary file: it holds NUL bytes; expected text"],
  },
  {
    title: "an unknown kind",
    files: { "a.yaml": service.replace("service", "servce") },
    want: [
      'a.yaml:1:7: kind: "servce" is no kind; expected one of http_ingress, service, instance_set, routing_policy, gateway_policy, process_trigger; did you mean service?',
    ],
  },
  {
    title: "two documents with one id",
    files: { "a.yaml": `${id}${service}---\n${id}${service.replace("name: a", "name: b")}` },
    want: [
      "a.yaml:6:5: id: 0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11 is also the id of FOLDER/a.yaml:1:5; expected one resource for each id",
    ],
  },
  {
    title: "two documents with one name",
    files: { "a.yaml": service, "b.yaml": service },
    want: [
      'b.yaml:2:7: name: "a" has the same namespace and kind at FOLDER/a.yaml:2:7; expected another name, or an id',
    ],
  },
  {
    title: "wrong types",
    files: {
      "a.yaml": 'kind: service\nname: a\nspec: { serviceName: [a], connectTimeout: soon, enableTlsTransport: "yes" }\n',
    },
    want: [
      'a.yaml:3:9: spec.serviceName: ["a"] is not valid; expected text; as JSON that is \'["a"]\'',
      'a.yaml:3:43: spec.connectTimeout: "soon" is not valid; expected a duration, such as "1.5s", "300ms" or "1m30s"',
      'a.yaml:3:69: spec.enableTlsTransport: "yes" is not valid; expected true or false',
    ],
  },
  {
    title: "a typo in a field's name",
    files: { "a.yaml": "kind: service\nname: a\nspec: { serviceName: a, conectTimeout: 1s }\n" },
    want: ["a.yaml:3:40: spec.conectTimeout: is no field of Service; did you mean connectTimeout?"],
  },
  {
    title: "10 MB that are no resource",
    files: { "a.yaml": "a".repeat(tenMegabytes) },
    want: ["a.yaml:1:1: is no resource; expected the keys kind, namespace, id, name, spec, version"],
  },
])("$title ends with 3, and says what is wrong, where", async ({ files, want }, { store }) => {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-bad-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const apply = run(["apply", "-f", folder, "--server", store.address]);
  const count = want.length === 1 ? "a mistake" : `${want.length} mistakes`;
  expect({ code: await apply.ended, out: apply.out, err: apply.err.replaceAll(folder, "FOLDER").split("\n") }).toEqual({
    code: 3,
    out: "",
    err: [
      `protomesh: ${count} in the resources: nothing is applied`,
      ...want.map((line) => `  FOLDER/${line}`),
      "Next: correct what is named, and apply again.",
      "",
    ],
  });
});

test("10 MB of resources are applied, and the stages are told", async ({ store }) => {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-big-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Each resource has a comment that makes it large, as generated files may.
  const one = (index: number): string => `# ${"x".repeat(5_000)}\n${service.replace("name: a", `name: a${index}`)}`;
  const text = Array.from({ length: 2_100 }, (_, index) => one(index)).join("---\n");
  expect(text.length).toBeGreaterThan(tenMegabytes);
  writeFileSync(join(folder, "big.yaml"), text);
  const apply = run(["apply", "-f", folder, "--server", store.address, "-n", "big"]);
  expect({ code: await apply.ended, err: apply.err }).toEqual({
    code: 0,
    err: "protomesh: writing 2100 resources\nprotomesh: reading what was there before\n",
  });
  expect(apply.out).toMatch(/service\/a2099 +created\nrevision 1 of big\n$/);
});

/** A server that has what the API's first version had, and nothing since. */
async function olderStore(): Promise<string> {
  const { put, drop, get, watch } = ResourceStoreService;
  const server = new Server();
  const never = (): void => {};
  server.addService({ put, drop, get, watch }, { put: never, drop: never, get: never, watch: never });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

test("a store of an older version is told so, with what to do", async () => {
  const address = await olderStore();
  const apply = run(["apply", "-f", "-", "--server", address]);
  apply.child.stdin?.end(service);
  expect({ code: await apply.ended, out: apply.out, err: apply.err }).toEqual({
    code: 7,
    out: "",
    err: `protomesh: the store at ${address} cannot do this
  The server does not implement the method /protomesh.services.v1.ResourceStore/Apply
Next: bring the store to this program's version; protomesh version tells it.
`,
  });
});

test("a store that is away is told in a few lines, with what to do next", async () => {
  const away = run(["status", "--server", "127.0.0.1:1", "--timeout", "1s"]);
  expect(await away.ended).toBe(5);
  expect(away.err).toMatch(/^protomesh: the store at 127\.0\.0\.1:1 .*\n(.*\n)*Next: .*\n$/);
  expect(away.err).not.toMatch(/^ +at /m);
});
