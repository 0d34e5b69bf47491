import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { kindOf } from "@protomesh/core";
import { PutResourceRequest, ResourceStoreClient } from "@protomesh/core/api";
import { service, until } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { reporterTo, type Said } from "../commands/testing/report-status.js";
import { runCommand } from "../commands/testing/run-command.js";
import { test, type TestStore } from "../commands/testing/store.js";
import { bin, terminal, type Terminal } from "../commands/testing/terminal.js";
import { readResourceFiles } from "../resource-file/index.js";
import { checkout, helpLines, linesOf, type DocumentedLine } from "./documented-lines.js";

const documents = [
  "README.md",
  "bench/README.md",
  ...readdirSync(`${checkout}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const found = [...documents.flatMap(linesOf), ...(await helpLines())];
const all = [...new Map(found.toReversed().map((line) => [line.line, line])).values()].toReversed();

/** What needs more than a store, and the file that runs it. */
const elsewhere: readonly (readonly [line: string | RegExp, where: string])[] = [
  ["npm start", "test/src/quickstart.integration.test.ts"],
  [/^npm (test|run (build|lint))$/, ".ci/run"],
  [/^npm run test:faults/, "test/src/faults/faults.integration.test.ts"],
  [/^npm run bench/, "bench/src/main.ts"],
  [".ci/run", ".ci/run"],
  [/^protomesh run -enable-store/, "packages/cli/src/main.integration.test.ts"],
  [/^protomesh migrate/, "packages/cli/src/commands/migrate.integration.test.ts"],
  [/completion (zsh|fish)/, "packages/cli/src/completion/shells.integration.test.ts"],
];

function isElsewhere({ line }: DocumentedLine): boolean {
  return elsewhere.some(([known]) => (typeof known === "string" ? known === line : known.test(line)));
}

/** How a person goes through with a line that does not end by itself. */
interface Conduct {
  readonly until?: string;
  readonly keys?: string;
  readonly code?: number;
}

function conductOf(line: string): Conduct {
  if (line.includes("| jq")) return { until: "billing", keys: "\u0003", code: 130 };
  if (/ watch\b|--watch/.test(line)) return { until: "/billing", keys: "\u0003" };
  if (/ rollback (?!.*--yes)/.test(line)) return { until: "[y/N]", keys: "y\r" };
  // There is a difference.
  if (/protomesh diff/.test(line)) return { code: 1 };
  return {};
}

const namespaces = ["default", "staging", "production"] as const;

/** In each namespace and in each version it is another. */
function billing(namespace: (typeof namespaces)[number], version: number): string {
  return `
kind: service
namespace: ${namespace}
name: billing
spec: { serviceName: billing, connectTimeout: ${10 * version + namespaces.indexOf(namespace)}s }
---
kind: instance_set
namespace: ${namespace}
name: billing
spec: { matchServiceNames: [billing], instances: [{ address: 10.0.0.7, port: 8080 }] }
---
`;
}

const others = `
kind: http_ingress
name: public
spec: { ingressName: public, listenPort: 10001 }
---
kind: routing_policy
name: billing
spec: { ingressName: edge, domain: "*", routes: [{ matchPrefix: /billing, targetService: billing }] }
---
kind: service
namespace: staging
id: 0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11
name: dropped
spec: { serviceName: dropped }
`;

/** Brings the store to where every line finds what it speaks of, and more revisions than any line names. */
async function fill(store: TestStore): Promise<void> {
  const hasRevisions = (await runCommand(["list", "--at", "125", "--server", store.address])).code === 0;
  if (!hasRevisions) await makeRevisions(store, 126);
  const from = ["-f", `${checkout}examples/quickstart`, "-f", "-"];
  const text = namespaces.map((name) => billing(name, 3)).join("") + others;
  const { code, err } = await runCommand(["apply", ...from, "--server", store.address], text);
  expect({ code, err }).toEqual({ code: 0, err: "" });
}

async function makeRevisions(store: TestStore, count: number): Promise<void> {
  const client = new ResourceStoreClient(store.address, credentials.createInsecure());
  try {
    for (let revision = 1; revision <= count; revision++) {
      for (const namespace of namespaces) {
        const connectTimeout = { seconds: BigInt(revision), nanos: 0 };
        const resource = service({ namespace, name: "billing", spec: { connectTimeout } });
        await new Promise<void>((resolve, reject) => {
          client.put(PutResourceRequest.fromPartial({ resource }), (error) => (error ? reject(error) : resolve()));
        });
      }
    }
  } finally {
    client.close();
  }
}

const well: Readonly<Record<string, readonly [reporter: string, said: Said]>> = {
  gateway_policy: ["gateway", ["Programmed", true, "Serving", "serves it"]],
  process_trigger: ["worker", ["Started", true, "Running", "it runs"]],
};

/** Every component has all that is declared, of whatever version. */
async function report(store: TestStore): Promise<void> {
  async function* input(): AsyncGenerator<string> {
    yield billing("default", 3) + others;
  }
  const read = await readResourceFiles([`${checkout}examples/quickstart`, "-"], {
    defaultNamespace: "default",
    stdin: input(),
  });
  if (!("resources" in read)) throw new Error("the resources are wrong");
  const say = reporterTo(store);
  for (const { namespace, id, spec } of read.resources) {
    const [reporter, said] = well[kindOf(spec)] ?? ["xds", ["Programmed", true, "AllNodes", "on all nodes"] as Said];
    await say({ namespace, id, reporter, index: 1_000_000n, said: [said] });
  }
}

/** A folder with the files that lines name, and programs of the names that they call. */
function workplace(): { readonly folder: string; readonly programs: string } {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-documented-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const programs = join(folder, "bin");
  mkdirSync(join(folder, "services"));
  mkdirSync(programs);
  symlinkSync(`${checkout}examples`, join(folder, "examples"));
  const declared = billing("default", 4).replaceAll("namespace: default\n", "");
  writeFileSync(join(folder, "services.yaml"), declared);
  writeFileSync(join(folder, "services", "billing.yaml"), declared);
  writeFileSync(
    join(folder, "edge.toml"),
    'kind = "http_ingress"\nname = "public"\nspec = { ingressName = "public", listenPort = 10001 }\n',
  );
  const scripts = {
    protomesh: `exec '${process.execPath}' '${bin}' "$@"`,
    npx: '[ "$1" = protomesh ] && shift && exec protomesh "$@"',
    generate: `cat '${join(folder, "services.yaml")}'`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  return { folder, programs };
}

function typed(line: string, store: TestStore): Terminal {
  const { folder, programs } = workplace();
  return terminal("/bin/bash", ["--norc", "-c", line], {
    cwd: folder,
    env: {
      PATH: `${programs}:/usr/local/bin:/usr/bin:/bin`,
      PROTOMESH_CONTEXT: "",
      PROTOMESH_SERVER: store.address,
    },
  });
}

test.for<DocumentedLine>(all.filter((line) => !isElsewhere(line)))("$from: $line", async ({ line }, { store }) => {
  await fill(store);
  await report(store);
  const { until: sign, keys = "", code = 0 } = conductOf(line);
  const person = typed(line, store);
  if (sign !== undefined) {
    await until(() => person.screen.includes(sign), `${sign} is shown`, { last: () => person.screen });
    person.type(keys);
  }
  expect({ code: await person.ended, screen: person.screen }).toEqual({ code, screen: person.screen });
});

test("what is run elsewhere is told, and where is there", () => {
  const told = all.filter(isElsewhere);
  for (const [known, where] of elsewhere) {
    expect(existsSync(`${checkout}${where}`) ? "" : where).toBe("");
    expect(
      told.some(
        (line) => isElsewhere(line) && (typeof known === "string" ? known === line.line : known.test(line.line)),
      ),
    ).toBe(true);
  }
});
