import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, status, type Metadata } from "@grpc/grpc-js";
import { ResourceStoreService, type ListResourcesResponse, type WatchStatusResponse } from "@protomesh/core/api";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./testing/run-command.js";

const noSecret = "only-they-who-know";

/** A store that lets in whoever has the token, as a proxy in front of one may. */
async function guardedStore(): Promise<string> {
  const server = new Server();
  const isKnown = (metadata: Metadata): boolean => metadata.get("authorization")[0] === `Bearer ${noSecret}`;
  const refusal = { code: status.UNAUTHENTICATED, details: "who are you?" };
  const empty: ListResourcesResponse = { resources: [], nextPageToken: "", revision: 1n, history: "h" };
  const nothing: WatchStatusResponse = { updatedStatuses: [], removedStatuses: [], endOfList: true, now: undefined };
  const { list, watchStatus } = ResourceStoreService;
  server.addService(
    { list, watchStatus },
    {
      list: (call: { metadata: Metadata }, answer: (error: object | null, response?: ListResourcesResponse) => void) =>
        isKnown(call.metadata) ? answer(null, empty) : answer(refusal),
      watchStatus: (call: {
        metadata: Metadata;
        write(said: WatchStatusResponse): void;
        emit(event: string, error: object): void;
      }) => (isKnown(call.metadata) ? call.write(nothing) : call.emit("error", refusal)),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

test("without a token the answer is no, and says what to give", async () => {
  const server = await guardedStore();
  const { code, err } = await runCommand(["list", "--server", server]);
  expect(code).toBe(6);
  expect(err).toContain("who are you?\nNext: give a client certificate (--cert, --key) or a token (--token-file)");
});

test.each(["list", "status"])("%s sends the token of a file, a variable or a context", async (command) => {
  const server = await guardedStore();
  const folder = folderWith({
    token: `${noSecret}\n`,
    "config.yaml": `current: ours\ncontexts:\n  ours: { server: "${server}", tokenFile: token }\n  theirs: { server: "${server}", token: ${noSecret} }\n`,
  });
  const ways: readonly (readonly [argv: readonly string[], env: Readonly<Record<string, string>>])[] = [
    [["--server", server, "--token-file", join(folder, "token")], {}],
    [["--server", server], { PROTOMESH_TOKEN: noSecret }],
    [["--server", server], { PROTOMESH_TOKEN_FILE: join(folder, "token"), PROTOMESH_TOKEN: "the file goes first" }],
    [[], { PROTOMESH_CONFIG: join(folder, "config.yaml") }],
    [["--context", "theirs"], { PROTOMESH_CONFIG: join(folder, "config.yaml") }],
  ];
  for (const [argv, env] of ways) {
    expect({ argv, env, code: (await runCommand([command, ...argv], "", env)).code }).toEqual({ argv, env, code: 0 });
  }
});

test("a token goes to nobody in the clear but this machine", async () => {
  const { code, err } = await runCommand(["list", "--server", "store.example.com:6680"], "", {
    PROTOMESH_TOKEN: noSecret,
  });
  expect(code).toBe(2);
  expect(err).toBe(
    "protomesh: a token would go to store.example.com:6680 in the clear\nNext: speak TLS to the store: --tls, or --ca with its CA bundle.\n",
  );
});

test.each([
  { title: "an empty file", content: "\n", want: "holds no token" },
  { title: "two words", content: "a b", want: "holds no token" },
  { title: "no file", content: undefined, want: "cannot be read" },
])("$title is no token", async ({ content, want }) => {
  const folder = folderWith(content === undefined ? {} : { token: content });
  const { code, err } = await runCommand(["list", "--token-file", join(folder, "token")]);
  expect(code).toBe(2);
  expect(err).toContain(want);
  expect(err).not.toContain("a b");
});
