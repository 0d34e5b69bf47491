import { expect, test } from "vitest";
import { commandTable } from "./command-table.js";
// Loaded here, so that no test waits for it.
import "./commands/apply.js";
import "./commands/diff.js";
import "./commands/drop.js";
import "./commands/explain.js";
import "./commands/export.js";
import "./commands/get.js";
import "./commands/history.js";
import "./commands/list.js";
import "./commands/rollback.js";
import "./commands/status.js";
import "./commands/version.js";
import "./commands/watch.js";
import { runCommand } from "./commands/testing/run-command.js";

test("--help lists every command with its summary, and the exit codes", async () => {
  const { code, out, err } = await runCommand(["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  for (const { name, summary } of commandTable) expect(out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
  expect(out).toContain("Exit codes: 0 done");
});

test.each([
  "apply",
  "get",
  "list",
  "drop",
  "watch",
  "diff",
  "export",
  "status",
  "explain",
  "history",
  "rollback",
  "version",
])("%s --help shows its options and examples", async (name) => {
  const { code, out } = await runCommand([name, "--help"]);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: protomesh ${name}`);
  expect(out).toContain("--namespace");
  expect(out).toContain("Examples:");
  expect(await runCommand(["help", name])).toEqual({ code: 0, out, err: "" });
});

test("without a command the help goes to standard error", async () => {
  const { code, out, err } = await runCommand([]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("Usage: protomesh COMMAND");
});

interface BadCase {
  readonly title: string;
  readonly argv: readonly string[];
  readonly want: string;
}

test.each<BadCase>([
  { title: "an unknown command", argv: ["lst"], want: "unknown command 'lst'\n(Did you mean list?)" },
  { title: "help of an unknown command", argv: ["help", "lst"], want: "there is no command lst" },
  { title: "a store without a port", argv: ["list", "--server", "localhost"], want: '"localhost" has no port' },
  { title: "a store by a URL", argv: ["list", "--server", "https://a:6680"], want: '"https://a:6680" is a URL' },
  { title: "a store by IPv6 without a port", argv: ["list", "--server", "[::1]"], want: '"[::1]" has no port' },
  {
    title: "an unknown option",
    argv: ["list", "--namespac=x"],
    want: "unknown option '--namespac=x'\n(Did you mean --namespace?)",
  },
  { title: "an unknown format", argv: ["list", "-o", "xml"], want: "argument 'xml' is invalid" },
  { title: "an unknown kind", argv: ["list", "-k", "servce"], want: "Did you mean service? Kinds: http_ingress" },
  { title: "no duration", argv: ["list", "--timeout", "5"], want: "Expected a duration such as 10s" },
  { title: "no revision", argv: ["watch", "--from", "yesterday"], want: "Expected a revision" },
  { title: "no count", argv: ["history", "--limit", "0"], want: "Expected a whole number from 1" },
  { title: "a rollback to nowhere", argv: ["rollback"], want: "required option '--to <revision>' not specified" },
  { title: "a missing argument", argv: ["get"], want: "missing required argument 'resource'" },
  { title: "nothing to drop", argv: ["drop"], want: "nothing is named that could be dropped" },
  { title: "a namespace that is none", argv: ["list", "-n", ""], want: "--namespace" },
  { title: "a set that is not pruned", argv: ["apply", "-f", "-", "--set", "a"], want: "--set needs --prune" },
  { title: "pruning without a set", argv: ["apply", "-f", "-", "--prune"], want: "--prune needs --set" },
  {
    title: "waiting for nothing",
    argv: ["apply", "-f", "-", "--dry-run", "--wait"],
    want: "--dry-run writes nothing that --wait could wait for",
  },
  { title: "no time to wait", argv: ["apply", "-f", "-", "--wait", "soon"], want: "Expected a duration such as 30s" },
  { title: "a reference that is none", argv: ["get", "x"], want: '"x" points at no resource' },
  {
    title: "no token",
    argv: ["list", "--token-file", "/nowhere/token"],
    want: "--token-file /nowhere/token cannot be read",
  },
  { title: "a path alone", argv: ["explain", "/hello"], want: "did you mean GET /hello?" },
  {
    title: "a URL without its scheme",
    argv: ["explain", "localhost:10000/hello"],
    want: "did you mean http://localhost:10000/hello?",
  },
  { title: "no request", argv: ["explain", "hello"], want: '"hello" is no request that can be explained' },
  { title: "a certificate without its key", argv: ["list", "--cert", "x"], want: "--cert and --key belong together" },
  { title: "a file that is not there", argv: ["list", "--ca", "/nowhere/ca"], want: "--ca /nowhere/ca cannot be read" },
])("$title ends with 2 and says what is wrong", async ({ argv, want }) => {
  const { code, out, err } = await runCommand(argv);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(want);
  // What to do next is always told, and a stack trace never.
  expect(err).toMatch(/^(Next: .*|\(.*--help.*\))$/m);
  expect(err).not.toMatch(/^ +at /m);
});

test("a store that is away ends with 5 and what to do next, and a stack trace only by --debug", async () => {
  // Port 1 of this host is nobody's.
  const { code, err } = await runCommand(["list", "--server", "127.0.0.1:1"]);
  expect(code).toBe(5);
  expect(err).toBe(
    "protomesh: the store at 127.0.0.1:1 is not available\n" +
      "  connect ECONNREFUSED 127.0.0.1:1\n" +
      "Next: see that a store serves gRPC there, is ready (its /readyz) and speaks TLS where you do; --server names another.\n",
  );
  expect((await runCommand(["list", "--server", "127.0.0.1:1", "--debug"])).err).toMatch(/^ +at /m);
});

test.each([["version", "--client"], ["--version"]])("%s %s prints the package's and Node's", async (...words) => {
  expect(await runCommand(words.filter(Boolean))).toEqual({
    code: 0,
    out: expect.stringMatching(/^protomesh \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/) as string,
    err: "",
  });
});
