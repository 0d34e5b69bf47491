import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { decodeSpec, kindOf, kinds, type KnownSpec } from "@protomesh/core";
import { expect, test } from "vitest";
import { formatMistakes } from "./format-mistakes.js";
import { readResourceFiles } from "./read-resource-files.js";

const quickstart = fileURLToPath(new URL("../../../../examples/quickstart", import.meta.url));

async function declared(): Promise<readonly KnownSpec[]> {
  const result = await readResourceFiles([quickstart], { defaultNamespace: "elsewhere" });
  if ("mistakes" in result) throw new Error(formatMistakes(result.mistakes));
  expect(new Set(result.resources.map(({ namespace }) => namespace))).toEqual(new Set(["default"]));
  return result.resources.map(({ spec }) => decodeSpec(spec)).filter((spec) => isKnown(spec));
}

function isKnown(spec: ReturnType<typeof decodeSpec>): spec is KnownSpec {
  return spec.kind !== "unknown" && spec.kind !== "undecodable";
}

test("the quick start's files are right, and show every kind", async () => {
  const specs = await declared();
  expect(specs.map(({ kind }) => kind).sort()).toEqual([...kinds, "gateway_policy"].sort());
});

test("what the quick start's files name, they declare", async () => {
  const specs = await declared();
  const ingresses = specs.flatMap((spec) => (spec.kind === "http_ingress" ? [spec.value.ingressName] : []));
  const services = specs.flatMap((spec) => (spec.kind === "service" ? [spec.value.serviceName] : []));
  const placed = specs.flatMap((spec) => (spec.kind === "instance_set" ? spec.value.matchServiceNames : []));
  const policies = specs.flatMap((spec) => (spec.kind === "routing_policy" ? [spec.value] : []));
  const paths = specs.flatMap((spec) => (spec.kind === "gateway_policy" ? [spec.value.source] : []));

  expect(policies.map(({ ingressName }) => ingressName)).toEqual(ingresses);
  expect(policies.flatMap(({ routes }) => routes.map(({ targetService }) => targetService))).toEqual([
    "gateway",
    "gateway",
  ]);
  expect(services).toEqual(["gateway"]);
  expect(placed).toEqual(services);
  const prefixes = policies.flatMap(({ routes }) => routes.map(({ matchPrefix }) => matchPrefix));
  for (const source of paths) {
    const path = source?.$case === "http" ? source.value.path : source?.value.methodName;
    expect(prefixes.some((prefix) => path?.startsWith(prefix))).toBe(true);
  }
});

test("the README's example is right", async () => {
  const text = await readFile(new URL("../../../../README.md", import.meta.url), "utf8");
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
  async function* input(): AsyncGenerator<string> {
    yield examples.join("---\n");
  }
  const result = await readResourceFiles(["-"], { defaultNamespace: "default", stdin: input() });
  expect("mistakes" in result ? formatMistakes(result.mistakes) : result.resources.map(({ name }) => name)).toEqual([
    "billing",
    "billing",
    "billing",
  ]);
});

const manual = fileURLToPath(new URL("../../../../docs/resources.md", import.meta.url));

test("every example in the manual is right, and every kind has one", async () => {
  const text = await readFile(manual, "utf8");
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
  async function* input(): AsyncGenerator<string> {
    yield examples.join("---\n");
  }
  const result = await readResourceFiles(["-"], { defaultNamespace: "default", stdin: input() });
  if ("mistakes" in result) throw new Error(formatMistakes(result.mistakes));
  expect(result.resources).toHaveLength(examples.length);
  expect(new Set(result.resources.map(({ spec }) => kindOf(spec)))).toEqual(new Set([...kinds, "unknown"]));
});
