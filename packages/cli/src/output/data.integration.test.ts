import { expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { runCommand, startCommand } from "../commands/testing/run-command.js";
import { test } from "../commands/testing/store.js";
import { until } from "@protomesh/testing";

function resources(timeout: string): string {
  return `kind: service\nname: one\nspec: { serviceName: one, connectTimeout: ${timeout} }
---\nkind: http_ingress\nname: edge\nspec: { ingressName: edge, listenPort: 10000 }\n`;
}

interface Case {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** Told twice, this is another time each time. */
const moments = /"(lastReport|afterMs)":[^,}]*/g;

test.for<Case>([
  { argv: ["apply", "-f", "-", "--dry-run"], stdin: resources("3s") },
  { argv: ["diff", "-f", "-"], stdin: resources("3s") },
  { argv: ["list"] },
  { argv: ["get", "service/one", "http_ingress/edge"] },
  { argv: ["export"] },
  { argv: ["status"] },
  { argv: ["explain", "http://a.example:10000/"] },
  { argv: ["history", "--diff"] },
  { argv: ["rollback", "--to", "1", "--dry-run"] },
  { argv: ["drop", "service/absent", "--ignore-absent"] },
  { argv: ["version"] },
])("$argv.0 says the same as JSON and as YAML", async ({ argv, stdin }, { store }) => {
  const at = ["--server", store.address, "-n", "data"];
  await runCommand(["apply", "-f", "-", ...at], resources("1s"));
  await runCommand(["apply", "-f", "-", ...at], resources("2s"));
  const json = await runCommand([...argv, "-o", "json", ...at], stdin);
  const yaml = await runCommand([...argv, "-o", "yaml", ...at], stdin);
  expect(yaml).toMatchObject({ code: json.code, err: json.err });
  expect(yaml.out).not.toBe(json.out);
  const documents: unknown[] = parseAllDocuments(yaml.out).map((document) => document.toJS() as unknown);
  const said: unknown = JSON.parse(json.out);
  // Resources are a document each, so that apply reads them; in JSON they are a list.
  const list = argv[0] === "list" || argv[0] === "get" || argv[0] === "export" ? documents : documents[0];
  const timeless = (value: unknown): string => JSON.stringify(value).replaceAll(moments, '"$1":0');
  expect(timeless(list)).toBe(timeless(said));
});

test.for([["watch"], ["status", "--watch"]])("%s streams a YAML document for each change", async (argv, { store }) => {
  const at = ["--server", store.address, "-n", "stream"];
  await runCommand(["apply", "-f", "-", ...at], resources("1s"));
  const [yaml, json] = ["yaml", "json"].map((format) => startCommand([...argv, "-o", format, ...at]));
  if (yaml === undefined || json === undefined) throw new Error("two are started");
  const lines = (): readonly string[] => json.out.split("\n").slice(0, -1);
  const documents = (): readonly unknown[] => parseAllDocuments(yaml.out).map((document) => document.toJS() as unknown);
  await until(() => lines().length === 2 && documents().length === 2, "both tell two resources", {
    last: () => yaml.out + json.out,
  });
  for (const running of [yaml, json]) {
    running.interrupt();
    await running.ended;
  }
  expect(documents()).toEqual(lines().map((line) => JSON.parse(line) as unknown));
});
