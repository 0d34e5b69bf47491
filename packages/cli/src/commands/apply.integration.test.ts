import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { runCommand } from "./testing/run-command.js";
import { test } from "./testing/store.js";

function file(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-apply-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function service(name: string, more = ""): string {
  return `kind: service\nname: ${name}\nspec:\n  serviceName: ${name}\n  connectTimeout: 1s\n${more}`;
}

test("says of each resource what became of it, and the revision", async ({ store }) => {
  const at = ["--server", store.address, "-n", "outcomes"];
  const two = file("two.yaml", `${service("billing")}---\n${service("accounts")}`);
  expect(await runCommand(["apply", "-f", two, ...at])).toEqual({
    code: 0,
    out: "service/billing   created\nservice/accounts  created\nrevision 1 of outcomes\n",
    err: "",
  });
  expect((await runCommand(["apply", "-f", two, ...at])).out).toBe(
    "service/billing   unchanged\nservice/accounts  unchanged\nrevision 1 of outcomes\n",
  );
  const changed = file("changed.yaml", service("billing", "  enableTlsTransport: true\n"));
  expect((await runCommand(["apply", "-f", changed, ...at])).out).toBe(
    "service/billing  changed\n    + spec.enableTlsTransport: true\nrevision 2 of outcomes\n",
  );
});

test("reads folders, several files and standard input together", async ({ store }) => {
  const at = ["--server", store.address, "-n", "sources"];
  const folder = join(file("one.yaml", service("one")), "..");
  const json = file("two.json", '{"kind":"service","name":"two","spec":{"serviceName":"two","connectTimeout":"1s"}}');
  const { code, out } = await runCommand(["apply", "-f", folder, json, "-f", "-", ...at], service("three"));
  expect(code).toBe(0);
  expect(out).toBe("service/one    created\nservice/two    created\nservice/three  created\nrevision 1 of sources\n");
});

test("tells every mistake of every file, and applies nothing", async ({ store }) => {
  const at = ["--server", store.address, "-n", "mistakes"];
  const good = file("good.yaml", service("good"));
  const bad = file(
    "bad.yaml",
    "kind: servce\nname: a\nspec: {}\n---\nkind: service\nname: b\nspec:\n  servceName: b\n",
  );
  const { code, out, err } = await runCommand(["apply", "-f", good, bad, ...at]);
  expect({ code, out }).toEqual({ code: 3, out: "" });
  expect(err).toContain("mistakes in the resources: nothing is applied\n");
  expect(err).toContain(`${bad}:1:`);
  expect(err).toContain("servceName");
  expect(err).toContain("Next: correct what is named, and apply again.\n");
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe("");
});

test("--dry-run writes nothing", async ({ store }) => {
  const at = ["--server", store.address, "-n", "dry"];
  const one = file("one.yaml", service("one"));
  expect((await runCommand(["apply", "--dry-run", "-f", one, ...at])).out).toBe(
    "service/one  created\nrevision 0 of dry\nnothing was written (--dry-run)\n",
  );
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe("");
});

test("resources of several namespaces become a revision in each", async ({ store }) => {
  const both = file("both.yaml", `namespace: east\n${service("one")}---\nnamespace: west\n${service("one")}`);
  expect((await runCommand(["apply", "-f", both, "--server", store.address])).out).toBe(
    "east  service/one  created\nwest  service/one  created\nrevision 1 of east\nrevision 1 of west\n",
  );
});

test("a change is told field by field, also before it is made", async ({ store }) => {
  const at = ["--server", store.address, "-n", "fields"];
  await runCommand(
    ["apply", "-f", "-", ...at],
    `${service("billing", "  enableTlsTransport: true\n")}---\n${service("b")}`,
  );
  const changed = service("billing").replace("1s", "2s");
  const told =
    'service/billing  changed\n    ~ spec.connectTimeout: "1s" → "2s"\n    - spec.enableTlsTransport: true\n';
  expect((await runCommand(["apply", "--dry-run", "-f", "-", ...at], changed)).out).toBe(
    `${told}revision 1 of fields\nnothing was written (--dry-run)\n`,
  );
  expect((await runCommand(["apply", "-f", "-", ...at], changed)).out).toBe(`${told}revision 2 of fields\n`);
});

test("--set --prune drops what left the set, in the same revision, and nothing else", async ({ store }) => {
  const at = ["--server", store.address, "-n", "sets"];
  const set = ["--set", "services", "--prune"];
  await runCommand(["apply", "-f", "-", ...at], service("other"));
  await runCommand(["apply", "-f", "-", ...at, ...set], `${service("one")}---\n${service("two")}`);
  const told = "service/one  unchanged\nservice/two  dropped\n";
  expect((await runCommand(["apply", "-f", "-", "--dry-run", ...at, ...set], service("one"))).out).toBe(
    `${told}revision 2 of sets\nnothing was written (--dry-run)\n`,
  );
  expect((await runCommand(["apply", "-f", "-", ...at, ...set], service("one"))).out).toBe(
    `${told}revision 3 of sets\n`,
  );
  expect((await runCommand(["list", ...at, "-o", "name"])).out).toBe("service/one\nservice/other\n");
});

test("-o json tells the changes of each resource", async ({ store }) => {
  const at = ["--server", store.address, "-n", "json-changes", "-o", "json"];
  await runCommand(["apply", "-f", "-", ...at], service("one"));
  const { out } = await runCommand(["apply", "-f", "-", ...at], service("one").replace("1s", "2s"));
  expect(JSON.parse(out)).toMatchObject({
    namespaces: [
      {
        resources: [
          {
            outcome: "changed",
            changes: [{ change: "changed", path: "spec.connectTimeout", before: "1s", after: "2s" }],
          },
        ],
      },
    ],
  });
});

test("-o json is for programs", async ({ store }) => {
  const { out } = await runCommand(
    ["apply", "-f", "-", "--server", store.address, "-n", "json", "-o", "json"],
    service("one"),
  );
  expect(JSON.parse(out)).toEqual({
    dryRun: false,
    namespaces: [
      {
        namespace: "json",
        revision: "1",
        resources: [{ kind: "service", name: "one", id: expect.any(String) as string, outcome: "created" }],
      },
    ],
  });
});
