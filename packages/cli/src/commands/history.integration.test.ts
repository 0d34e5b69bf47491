import { expect } from "vitest";
import { runCommand } from "./testing/run-command.js";
import { test } from "./testing/store.js";

function service(name: string, timeout = "1s"): string {
  return `kind: service\nname: ${name}\nspec: { serviceName: ${name}, connectTimeout: ${timeout} }\n`;
}

test("history tells each version, the newest first, with its fields by --diff", async ({ store }) => {
  const at = ["--server", store.address, "-n", "past"];
  await runCommand(["apply", "-f", "-", ...at], service("one"));
  await runCommand(["apply", "-f", "-", ...at], `${service("one", "2s")}---\n${service("two")}`);
  await runCommand(["drop", "service/two", ...at]);
  const words = ({ out }: { readonly out: string }): readonly string[] =>
    out
      .replaceAll(/\d{4}-\S+Z/g, "TIME")
      .trim()
      .split("\n")
      .map((line) => line.trim().replaceAll(/ +/g, " "));
  expect(words(await runCommand(["history", ...at]))).toEqual([
    "REVISION WRITTEN CHANGE RESOURCE",
    "3 TIME dropped service/two",
    "2 TIME created service/two",
    "2 TIME changed service/one",
    "1 TIME created service/one",
  ]);
  expect(words(await runCommand(["history", "service/one", "--diff", "--after", "1", ...at]))).toEqual([
    "REVISION WRITTEN CHANGE RESOURCE",
    "2 TIME changed service/one",
    '~ spec.connectTimeout: "1s" → "2s"',
  ]);
  const { out, err } = await runCommand(["history", "--limit", "1", "-o", "json", ...at]);
  expect(JSON.parse(out)).toMatchObject([{ revision: "3", change: "dropped", kind: "service", name: "two" }]);
  expect(err).toBe("protomesh: older ones may follow; --limit shows more\n");
});

test("history of what is not there says how to find it", async ({ store }) => {
  const at = ["--server", store.address, "-n", "gone"];
  const { code, err } = await runCommand(["history", "service/x", ...at]);
  expect(code).toBe(1);
  expect(err).toContain("not in namespace gone: service/x\n");
  expect(err).toContain("name it by its id");
});

test("rollback shows what would change, and writes the past again as a new revision", async ({ store }) => {
  const at = ["--server", store.address, "-n", "back"];
  await runCommand(["apply", "-f", "-", ...at], service("one"));
  await runCommand(["apply", "-f", "-", ...at], `${service("one", "2s")}---\n${service("two")}`);
  const told = 'service/one  changed\n    ~ spec.connectTimeout: "2s" → "1s"\nservice/two  dropped\n';
  expect(await runCommand(["rollback", "--to", "1", "--dry-run", ...at])).toMatchObject({
    code: 0,
    out: `${told}nothing was written (--dry-run)\n`,
  });
  const unasked = await runCommand(["rollback", "--to", "1", ...at]);
  expect(unasked).toMatchObject({ code: 2, out: told });
  expect(unasked.err).toContain("add --yes where it is to be done without asking");
  expect(await runCommand(["rollback", "--to", "1", "--yes", ...at])).toEqual({
    code: 0,
    out: `${told}revision 3 of back\n`,
    err: "",
  });
  expect((await runCommand(["list", "-o", "name", ...at])).out).toBe("service/one\n");
  expect(await runCommand(["rollback", "--to", "1", "--yes", ...at])).toEqual({
    code: 0,
    out: "",
    err: "protomesh: back is as it was at revision 1: nothing to do\n",
  });
  expect((await runCommand(["rollback", "--to", "9", "--yes", ...at])).code).toBe(4);
});
