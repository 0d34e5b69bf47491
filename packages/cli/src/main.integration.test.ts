import { migrate } from "@protomesh/store";
import { freePort, test, until } from "@protomesh/testing";
import { describe, expect } from "vitest";
import { run } from "./commands/testing/process.js";

describe("protomesh run", () => {
  test("serves what the other commands ask, and drains on SIGTERM", async ({ database }) => {
    await migrate({ dsn: database.dsn });
    const address = `127.0.0.1:${await freePort()}`;
    const store = run(
      [
        "run",
        "-enable-store",
        `-store-listener-address=${address}`,
        "-store-admin-listener-address=",
        "-http-server-tls-disable",
      ],
      { STORE_SQL_CONNECTION_STRING: database.dsn },
    );
    await until(() => store.out.includes("started"), "the store has started", { last: () => store.out + store.err });

    await until(async () => (await run(["list", "--server", address]).ended) === 0, "the store answers");
    const watch = run(["watch", "--server", address]);
    const apply = run(["apply", "-f", "-", "--server", address]);
    apply.child.stdin?.end("kind: service\nname: billing\nspec: { serviceName: billing, connectTimeout: 1s }\n");
    expect({ code: await apply.ended, out: apply.out, err: apply.err }).toEqual({
      code: 0,
      out: "service/billing  created\nrevision 1 of default\n",
      err: "",
    });
    await until(() => watch.out.includes("service/billing"), "the watch prints the change", { last: () => watch.err });

    watch.child.kill("SIGINT");
    expect({ code: await watch.ended, err: watch.err }).toEqual({ code: 0, err: "" });
    store.child.kill("SIGTERM");
    expect(await store.ended).toBe(0);
    expect(store.out).toContain("drained");
  });

  test("refuses two components on one address before any starts", async () => {
    const clash = run(["run", "-enable-store", "-enable-gateway", "-http-server-tls-listener-address=127.0.0.1:6680"]);
    expect(await clash.ended).toBe(2);
    expect(clash.out).toBe("");
    expect(clash.err).toContain("give each its own by store.listener.address and gateway.listener.address");
  });

  test("-print-config tells the settings of all components, and where they are from", async () => {
    const print = run(["run", "-print-config", "-enable-store"], { GATEWAY_HANDLERS: "AwsLambda" });
    expect(await print.ended).toBe(0);
    expect(print.out).toContain('enable.store = "true" # flag -enable-store\n');
    expect(print.out).toContain('gateway.handlers = "AwsLambda" # variable GATEWAY_HANDLERS\n');
  });
});

test("a reader that has seen enough ends the program without a word", async () => {
  const help = run(["run", "-h"]);
  help.child.stdout?.destroy();
  expect({ code: await help.ended, err: help.err }).toEqual({ code: 0, err: "" });
});

test("Ctrl-C while the store is away ends a watch with 0", async () => {
  const watch = run(["watch", "--server", "127.0.0.1:1"]);
  await until(() => watch.err.includes("no connection to the store at 127.0.0.1:1"), "the watch says so");
  watch.child.kill("SIGINT");
  expect(await watch.ended).toBe(0);
});
