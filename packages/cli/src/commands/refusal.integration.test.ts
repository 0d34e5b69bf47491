import { Server, ServerCredentials, status, type ServerWritableStream } from "@grpc/grpc-js";
import { ResourceStoreService } from "@protomesh/core/api";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./testing/run-command.js";

/** A server that refuses every watch, or, without a code, one that knows no store. */
async function refusingServer(code?: status): Promise<string> {
  const server = new Server();
  if (code !== undefined) {
    server.addService(
      { watch: ResourceStoreService.watch, watchStatus: ResourceStoreService.watchStatus },
      { watch: refuse, watchStatus: refuse },
    );
  }
  function refuse(call: ServerWritableStream<unknown, unknown>): void {
    call.emit("error", { code, details: "not for you" });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

test.each(["watch", "status --watch"])("%s ends where it is not allowed", async (line) => {
  const server = await refusingServer(status.PERMISSION_DENIED);
  const { code, out, err } = await runCommand([...line.split(" "), "--server", server]);
  expect({ code, out }).toEqual({ code: 6, out: "" });
  expect(err).toContain(`the store at ${server} does not allow this`);
  expect(err).toContain("not for you");
});

test.each(["list", "watch", "status", "history", "rollback --to 1"])(
  "%s tells that an older store cannot do it",
  async (line) => {
    const server = await refusingServer();
    const { code, err } = await runCommand([...line.split(" "), "--server", server]);
    expect(code).toBe(7);
    expect(err).toContain(`the store at ${server} cannot do this`);
    expect(err).toContain("Next: bring the store to this program's version");
  },
);

test("version tells of a store that is too old to tell its own", async () => {
  const server = await refusingServer();
  const { code, out, err } = await runCommand(["version", "--server", server]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(`\nstore at ${server}: an older one, which does not tell its version\n`);
});

test("version tells its own before it finds the store away", async () => {
  const { code, out, err } = await runCommand(["version", "--server", "127.0.0.1:1"]);
  expect(code).toBe(5);
  expect(out).toMatch(/^protomesh .*\n$/);
  expect(err).toContain("the store at 127.0.0.1:1 is not available");
});
