import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished } from "vitest";
import { runCommand } from "./testing/run-command.js";
import { test } from "./testing/store.js";

const quickStart = fileURLToPath(new URL("../../../../examples/quickstart", import.meta.url));

function service(name: string, timeout = "1s"): string {
  return `kind: service\nname: ${name}\nspec: { serviceName: ${name}, connectTimeout: ${timeout} }\n`;
}

/** Kind and spec of a resource of many; each kind in turn, with what is hard to write: `yes`, `0x1`, zeros, deep fields. */
function generated(index: number): { readonly kind: string; readonly spec: object } {
  const seconds = `${index + 1}.5s`;
  switch (index % 6) {
    case 0:
      return {
        kind: "service",
        spec: {
          serviceName: `yes-${index}`,
          connectTimeout: seconds,
          instanceHttp2Options: { maxConcurrentStreams: index },
        },
      };
    case 1:
      return {
        kind: "instance_set",
        spec: {
          matchServiceNames: ["no", `0x${index}`, "~"],
          instances: [{ address: "::1", port: index + 1, transportProtocol: "TRANSPORT_PROTOCOL_TCP", zone: "on" }],
        },
      };
    case 2:
      return {
        kind: "http_ingress",
        spec: {
          ingressName: `${index}e3`,
          listenPort: index + 1,
          accessLogStdoutFormat: "%PROTOCOL%\n# not a comment: {}\n",
          httpFilters: [{ cors: { enable: true } }, { healthCheck: { path: "/healthz" } }, { grpcWeb: {} }],
        },
      };
    case 3:
      return {
        kind: "routing_policy",
        spec: {
          ingressName: "null",
          domain: "*.example.com",
          routes: [{ matchPrefix: `/${index}`, targetService: "true", timeout: seconds, prefixRewrite: "/" }],
          cors: { allowOriginStringMatchPrefix: ["*"], allowMethods: ["GET"], maxAge: "3600s" },
        },
      };
    case 4:
      return {
        kind: "gateway_policy",
        spec: {
          grpc: { methodName: `/a.B/C${index}`, exactMethodNameMatch: index % 2 === 0 },
          handlers: [{ aws: { lambda: { functionName: "f", qualifier: String(index) } } }],
          lambdaStreamSignalHeaderKey: "x-key",
        },
      };
    default:
      return {
        kind: "process_trigger",
        spec: {
          name: "Workflow",
          taskQueue: "2026-11-25",
          idPrefix: `p${index}-`,
          idSuffixBuilder: "ID_BUILDER_UNIQUE",
          ifRunningAction: "IF_RUNNING_OVERLAP",
          runTimeout: seconds,
          jsonArguments: '["a", {"b": [1, null]}]',
          retryPolicy: { maximumAttempts: index, nonRetryableErrors: ["off"] },
          onDropAction: "ON_DROP_TERMINATE",
        },
      };
  }
}

test("diff shows what would come, change and go, with every field, and ends with 1", async ({ store }) => {
  const at = ["--server", store.address, "-n", "differ", "--set", "all", "--prune"];
  await runCommand(["apply", "-f", "-", ...at], [service("a"), service("b"), service("c")].join("---\n"));
  const { code, out, err } = await runCommand(
    ["diff", "-f", "-", ...at],
    [service("a"), service("b", "2s"), service("d")].join("---\n"),
  );
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expect(out).toBe(`service/b  changed
    ~ spec.connectTimeout: "1s" → "2s"
service/d  created
    + kind: "service"
    + name: "d"
    + spec:
    +   serviceName: d
    +   connectTimeout: 1s
service/c  dropped
    - kind: "service"
    - name: "c"
    - spec:
    -   serviceName: c
    -   connectTimeout: 1s
`);
  expect((await runCommand(["list", ...at.slice(0, 4), "-o", "name"])).out).toBe("service/a\nservice/b\nservice/c\n");
});

test("diff of what is there already is empty, and ends with 0", async ({ store }) => {
  const at = ["--server", store.address, "-n", "same"];
  await runCommand(["apply", "-f", "-", ...at], service("a"));
  expect(await runCommand(["diff", "-f", "-", ...at], service("a"))).toEqual({ code: 0, out: "", err: "" });
});

describe("export, apply to another namespace, diff", () => {
  interface Case {
    readonly title: string;
    readonly files: string;
    readonly input: string;
    readonly from: string;
    readonly format: string;
  }

  const many = Array.from({ length: 1_000 }, (_, index) =>
    JSON.stringify({
      name: `№ ${index}: "x"`,
      ...(index % 5 === 0 && { id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}` }),
      ...generated(index),
    }),
  ).join("\n---\n");

  test.for<Case>([
    { title: "the quick start", files: quickStart, input: "", from: "default", format: "yaml" },
    { title: "1,000 resources as YAML", files: "-", input: `---\n${many}`, from: "many yaml", format: "yaml" },
    { title: "1,000 resources as JSON", files: "-", input: `---\n${many}`, from: "many json", format: "json" },
  ])("is empty for $title", async ({ files, input, from, format }, { store }) => {
    const at = (namespace: string): string[] => ["--server", store.address, "-n", namespace];
    expect((await runCommand(["apply", "-f", files, ...at(from)], input)).err).toBe("");
    const exported = await runCommand(["export", "-o", format, ...at(from)]);
    expect((await runCommand(["apply", "-f", "-", ...at(`${from} elsewhere`)], exported.out)).err).toBe("");
    expect(await runCommand(["diff", "-f", "-", ...at(`${from} elsewhere`)], exported.out)).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    // And back: nothing was lost on the way.
    const again = await runCommand(["export", "-o", format, ...at(`${from} elsewhere`)]);
    expect(again.out).toBe(exported.out);
    expect((await runCommand(["diff", "-f", "-", ...at(from)], again.out)).out).toBe("");
  });

  test("writes a folder of a file for each kind, and no file twice", async ({ store }) => {
    const at = ["--server", store.address];
    await runCommand(["apply", "-f", quickStart, ...at]);
    const folder = mkdtempSync(join(tmpdir(), "protomesh-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect((await runCommand(["export", "-d", folder, ...at])).code).toBe(0);
    expect(readdirSync(folder)).toContain("gateway_policy.yaml");
    expect(await runCommand(["diff", "-f", folder, ...at])).toEqual({ code: 0, out: "", err: "" });
    const { code, err } = await runCommand(["export", "-d", folder, ...at]);
    expect(code).toBe(2);
    expect(err).toContain("EEXIST");
  });

  test("--at exports and lists the past", async ({ store }) => {
    const at = ["--server", store.address, "-n", "past"];
    await runCommand(["apply", "-f", "-", ...at], service("a"));
    await runCommand(["apply", "-f", "-", ...at], `${service("a", "2s")}---\n${service("b")}`);
    const past = await runCommand(["export", "--at", "1", ...at]);
    expect(past.out).toBe("kind: service\nname: a\nspec:\n  serviceName: a\n  connectTimeout: 1s\n");
    expect((await runCommand(["list", "--at", "1", "-o", "name", ...at])).out).toBe("service/a\n");
    const { code, err } = await runCommand(["list", "--at", "9", ...at]);
    expect(code).toBe(4);
    expect(err).toContain("9");
  });
});
