import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type sendUnaryData, type ServerWritableStream } from "@grpc/grpc-js";
import {
  ResourceStoreService,
  type HistoryRequest,
  type HistoryResponse,
  type ListResourcesResponse,
} from "@protomesh/core/api";
import { service as serviceOf } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { runCommand, type CommandRun } from "./testing/run-command.js";
import { test } from "./testing/store.js";

function service(name: string, timeout = "1s"): string {
  return `kind: service\nname: ${name}\nspec: { serviceName: ${name}, connectTimeout: ${timeout} }\n`;
}

test("history tells each version, the newest first, with its fields by --diff", async ({ store }) => {
  const at = ["--server", store.address, "-n", "past"];
  await runCommand(["apply", "-f", "-", "--author", "ada", ...at], service("one"));
  await runCommand(["apply", "-f", "-", ...at], `${service("one", "2s")}---\n${service("two")}`, {
    PROTOMESH_AUTHOR: "ci/42",
  });
  await runCommand(["drop", "service/two", "--author", "grace", ...at]);
  expect(words(await runCommand(["history", ...at]))).toEqual([
    "REVISION WRITTEN AUTHOR CHANGE RESOURCE",
    "3 TIME grace dropped service/two",
    "2 TIME ci/42 created service/two",
    "2 TIME ci/42 changed service/one",
    "1 TIME ada created service/one",
  ]);
  expect(words(await runCommand(["history", "service/one", "--diff", "--after", "1", ...at]))).toEqual([
    "REVISION WRITTEN AUTHOR CHANGE RESOURCE",
    "2 TIME ci/42 changed service/one",
    '~ spec.connectTimeout: "1s" → "2s"',
  ]);
  const { out, err } = await runCommand(["history", "--limit", "1", "-o", "json", ...at]);
  expect(JSON.parse(out)).toMatchObject([
    { revision: "3", author: "grace", change: "dropped", kind: "service", name: "two" },
  ]);
  expect(err).toBe("protomesh: older ones may follow; --limit shows more\n");
});

/** The lines of a table, with one space between words and times as `TIME`. */
function words({ out }: Pick<CommandRun, "out">): readonly string[] {
  return out
    .replaceAll(/\d{4}-\S+Z/g, "TIME")
    .trim()
    .split("\n")
    .map((line) => line.trim().replaceAll(/ +/g, " "));
}

/** Who wrote each version, the newest first. */
async function authors(at: readonly string[]): Promise<readonly unknown[]> {
  const { out } = await runCommand(["history", "-o", "json", ...at]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of history's own JSON
  return (JSON.parse(out) as readonly { readonly author?: string }[]).map(({ author }) => author);
}

test("who writes is the flag's, the variable's, the context's author, or the user at this machine", async ({
  store,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-author-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config.yaml");
  writeFileSync(file, "current: ours\ncontexts: { ours: { author: Jürgen } }\n");
  const at = ["--server", store.address, "-n", "authors"];
  const context = { PROTOMESH_CONFIG: file };
  await runCommand(["apply", "-f", "-", ...at], service("one", "1s"));
  await runCommand(["apply", "-f", "-", ...at], service("one", "2s"), context);
  await runCommand(["apply", "-f", "-", ...at], service("one", "3s"), { ...context, PROTOMESH_AUTHOR: "山田 太郎" });
  await runCommand(["rollback", "--to", "1", "--yes", "--author", "grace", ...at], "", {
    ...context,
    PROTOMESH_AUTHOR: "ci",
  });
  await runCommand(["drop", "service/one", "--author", "", ...at], "", context);
  expect(await authors(at)).toEqual([
    undefined,
    "grace",
    "山田 太郎",
    "Jürgen",
    `${userInfo().username}@${hostname()}`,
  ]);
  expect(words(await runCommand(["history", "-l", "1", ...at]))[1]).toBe("5 TIME - dropped service/one");
});

test.each([
  { title: "too long", author: "a".repeat(254) },
  { title: "of two lines", author: "a\nb" },
])("an author that is $title ends with 2 before anything is written", async ({ author }) => {
  const { code, err } = await runCommand(["apply", "-f", "-", "--author", author], service("one"));
  expect(code).toBe(2);
  expect(err).toContain(`the author ${JSON.stringify(author)}: expected at most 253 bytes of printable characters`);
  expect(err).toContain("PROTOMESH_AUTHOR");
});

test("a store that knows of no authors shows none", async () => {
  const { list, history } = ResourceStoreService;
  const resource = serviceOf({ namespace: "default", name: "one" });
  const entry = { revision: 1n, timestamp: undefined, resource, dropped: false, author: "" };
  const server = new Server();
  server.addService(
    { list, history },
    {
      list: (_: unknown, answer: sendUnaryData<ListResourcesResponse>) =>
        answer(null, { resources: [], nextPageToken: "", revision: 1n, history: "h" }),
      history: (stream: ServerWritableStream<HistoryRequest, HistoryResponse>) => {
        stream.write({ entries: [entry], history: "h" });
        stream.end();
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  const at = ["--server", `127.0.0.1:${port}`];
  expect(words(await runCommand(["history", ...at]))[1]).toMatch(/^1 - created service\/one$/);
  expect(await authors(at)).toEqual([undefined]);
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
