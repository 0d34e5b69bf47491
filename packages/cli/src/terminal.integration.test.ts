import { fileURLToPath } from "node:url";
import { until } from "@protomesh/testing";
import { expect } from "vitest";
import { runCommand } from "./commands/testing/run-command.js";
import { test } from "./commands/testing/store.js";
import { protomesh } from "./commands/testing/terminal.js";

function service(timeout: string): string {
  return `kind: service\nname: billing\nspec: { serviceName: billing, connectTimeout: ${timeout} }\n`;
}

async function twoRevisions(at: readonly string[]): Promise<void> {
  for (const timeout of ["1s", "2s"]) {
    expect((await runCommand(["apply", "-f", "-", ...at], service(timeout))).code).toBe(0);
  }
}

test("a rollback shows its diff in colour, and asks", async ({ store }) => {
  const at = ["--server", store.address, "-n", "yes"];
  await twoRevisions(at);
  const person = protomesh(["rollback", "--to", "1", ...at]);
  await until(() => person.screen.includes("Write yes back to revision 1? [y/N] "), "it asks", {
    last: () => person.screen,
  });
  expect(person.screen).toContain("\u001b[33mchanged\u001b[39m");
  expect(person.screen).toContain('\u001b[31m"2s"\u001b[39m → \u001b[32m"1s"\u001b[39m');
  person.type("y\r");
  expect(await person.ended).toBe(0);
  expect(person.screen).toContain("revision 3 of yes");
});

test("whoever only presses return goes on as before", async ({ store }) => {
  const at = ["--server", store.address, "-n", "no"];
  await twoRevisions(at);
  const person = protomesh(["rollback", "--to", "1", ...at]);
  await until(() => person.screen.includes("[y/N]"), "it asks");
  person.type("\r");
  expect(await person.ended).toBe(1);
  expect((await runCommand(["history", "-o", "json", ...at])).out).not.toContain('"revision": "3"');
});

test.for([
  { key: "Ctrl-C", keys: "\u0003", namespace: "ctrl-c" },
  { key: "Ctrl-D", keys: "\u0004", namespace: "ctrl-d" },
])("$key at the question leaves everything as it is", async ({ keys, namespace }, { store }) => {
  const at = ["--server", store.address, "-n", namespace];
  await twoRevisions(at);
  const person = protomesh(["rollback", "--to", "1", ...at]);
  await until(() => person.screen.includes("[y/N]"), "it asks");
  person.type(keys);
  expect(await person.ended).toBe(130);
  expect((await runCommand(["history", "-o", "json", ...at])).out).not.toContain('"revision": "3"');
});

test("NO_COLOR is respected", async ({ store }) => {
  const at = ["--server", store.address, "-n", "plain"];
  await twoRevisions(at);
  const person = protomesh(["history", "--diff", ...at], { NO_COLOR: "1" });
  expect(await person.ended).toBe(0);
  expect(person.screen).toContain('~ spec.connectTimeout: "1s" → "2s"');
  expect(person.screen).not.toContain("\u001b[3");
});

test("waiting is one line that is written over, and Ctrl-C ends it with 130", async ({ store }) => {
  const at = ["--server", store.address, "-n", "wait"];
  await twoRevisions(at);
  const person = protomesh([
    "apply",
    "-f",
    fileURLToPath(new URL("../../../examples/quickstart/3-routes.yaml", import.meta.url)),
    "--wait",
    ...at,
  ]);
  await until(() => person.screen.includes("\r\u001b[Kwaiting: 0 of"), "it waits", { last: () => person.screen });
  person.type("\u0003");
  expect(await person.ended).toBe(130);
  expect(person.screen).toContain("not live after");
});
