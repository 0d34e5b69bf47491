import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../commands/testing/run-command.js";
import { contextFilePath } from "./context-file.js";

/** A context file with this content. */
function contextFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-context-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config.yaml");
  writeFileSync(file, content);
  return file;
}

const contexts = `
current: one
contexts:
  one: { server: "127.0.0.1:1" }
  two: { server: "127.0.0.1:2", namespace: staging }
  secret: { server: "127.0.0.1:1", ca: missing.pem }
`;

interface Case {
  readonly title: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly want: string;
}

// Nobody listens on these ports, and the command says where it found nobody.
test.each<Case>([
  { title: "the current context", argv: [], env: {}, want: "127.0.0.1:1" },
  { title: "a context by flag", argv: ["--context", "two"], env: { PROTOMESH_CONTEXT: "one" }, want: "127.0.0.1:2" },
  { title: "a context by variable", argv: [], env: { PROTOMESH_CONTEXT: "two" }, want: "127.0.0.1:2" },
  { title: "a variable before the context", argv: [], env: { PROTOMESH_SERVER: "127.0.0.1:3" }, want: "127.0.0.1:3" },
  {
    title: "a flag before all",
    argv: ["--server", "127.0.0.1:4"],
    env: { PROTOMESH_SERVER: "127.0.0.1:3" },
    want: "127.0.0.1:4",
  },
])("$title says which store", async ({ argv, env, want }) => {
  const { code, err } = await runCommand(["list", ...argv], "", { PROTOMESH_CONFIG: contextFile(contexts), ...env });
  expect(code).toBe(5);
  expect(err).toContain(`the store at ${want} is not available`);
});

test("a context's files stand beside it", async () => {
  const file = contextFile(contexts);
  const { code, err } = await runCommand(["list", "--context", "secret"], "", { PROTOMESH_CONFIG: file });
  expect(code).toBe(2);
  expect(err).toContain(`--ca ${join(file, "..", "missing.pem")} cannot be read`);
});

interface BadCase {
  readonly title: string;
  readonly content: string;
  readonly env: Readonly<Record<string, string>>;
  readonly want: string;
}

test.each<BadCase>([
  {
    title: "a name that is not there",
    content: contexts,
    env: { PROTOMESH_CONTEXT: "three" },
    want: "it has one, two, secret",
  },
  {
    title: "a typo",
    content: "contexts: { a: { sevrer: x } }",
    env: {},
    want: "contexts.a.sevrer: is no key; did you mean server?",
  },
  {
    title: "a wrong type",
    content: "contexts: { a: { tls: 2 } }",
    env: {},
    want: "contexts.a.tls: 2, expected true or false",
  },
  { title: "no YAML", content: "contexts: [", env: {}, want: "has mistakes" },
  { title: "a list", content: "- a", env: {}, want: "expected the keys current and contexts" },
  { title: "a wrong variable", content: "", env: { PROTOMESH_TLS: "perhaps" }, want: 'PROTOMESH_TLS is "perhaps"' },
])("$title ends with 2 and says what is wrong", async ({ content, env, want }) => {
  const { code, err } = await runCommand(["list"], "", { PROTOMESH_CONFIG: contextFile(content), ...env });
  expect(code).toBe(2);
  expect(err).toContain(want);
});

test.each<{ platform: NodeJS.Platform; env: Readonly<Record<string, string>>; want: string }>([
  { platform: "linux", env: { HOME: "/home/a" }, want: "/home/a/.config/protomesh/config.yaml" },
  { platform: "linux", env: { HOME: "/home/a", XDG_CONFIG_HOME: "/x" }, want: "/x/protomesh/config.yaml" },
  { platform: "darwin", env: { HOME: "/Users/a" }, want: "/Users/a/Library/Application Support/protomesh/config.yaml" },
  { platform: "win32", env: { APPDATA: "/appdata" }, want: "/appdata/protomesh/config.yaml" },
  { platform: "linux", env: { PROTOMESH_CONFIG: "/a.yaml" }, want: "/a.yaml" },
])("on $platform with $env the file is $want", ({ platform, env, want }) => {
  expect(contextFilePath(env, platform)).toBe(want);
});
