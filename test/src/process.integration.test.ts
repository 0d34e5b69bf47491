import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "@protomesh/testing";
import { describe, expect } from "vitest";

const bin = (name: string) =>
  fileURLToPath(new URL(`../../packages/${name}/bin/protomesh-${name}.js`, import.meta.url));
const names = ["store", "xds", "gateway", "worker"] as const;
type Name = (typeof names)[number];

/** Free ports. */
const listeners: Record<Name, readonly string[]> = {
  store: ["-store-listener-address=127.0.0.1:0", "-store-admin-listener-address=127.0.0.1:0"],
  xds: ["-envoy-xds-listener-address=127.0.0.1:0", "-envoy-xds-admin-listener-address=127.0.0.1:0"],
  gateway: ["-gateway-listener-address=127.0.0.1:0", "-gateway-admin-listener-address=127.0.0.1:0"],
  worker: ["-worker-admin-listener-address=127.0.0.1:0"],
};
/** Peers where nobody listens. */
const away: Record<Name, readonly string[]> = {
  store: ["-store-sql-connection-string=postgres://nobody@127.0.0.1:1/none"],
  xds: ["-envoy-xds-resource-store-server-address=127.0.0.1:1"],
  gateway: ["-gateway-resource-store-server-address=127.0.0.1:1"],
  worker: ["-worker-resource-store-server-address=127.0.0.1:1", "-temporal-address=127.0.0.1:1"],
};
/** The worker serves nothing but its admin port. */
const plaintext = (name: Name) => (name === "worker" ? [] : ["-http-server-tls-disable"]);

describe.each(names)("protomesh-%s", (name) => {
  test("-h lists its settings and exits with 0", async () => {
    const { code, output } = await run(name, ["-h"]).ended;
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("-http-server-shutdown-timeout"),
    });
  });

  test("a bad value and an unknown flag are both named, with the nearest key, and end it with 2", async () => {
    const { code, output } = await run(name, ["-http-server-shutdown-timeout=soon", "-log-levle=info"]).ended;
    expect(code).toBe(2);
    expect(output).toContain(
      'http.server.shutdown.timeout (flag -http-server-shutdown-timeout) is "soon": expected a duration',
    );
    expect(output).toContain("log-level");
  });

  test("SIGTERM drains it, also while what it depends on is away, and it exits with 0", async () => {
    const program = run(name, [...plaintext(name), ...listeners[name], ...away[name]]);
    await program.says("listening");
    program.signal("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, output: expect.stringContaining("drained") });
  });
});

test.each(["store", "xds", "gateway"] as const)("protomesh-%s serves plaintext only when told to", async (name) => {
  const { code, output } = await run(name, [...listeners[name], ...away[name]]).ended;
  expect(code).toBe(1);
  expect(output).toContain("http.server.tls.certificate.certificates.path is not set");
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface Run {
  readonly ended: Promise<Ended>;
  says(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

function run(name: Name, args: readonly string[]): Run {
  const child = spawn(process.execPath, [bin(name), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const onLine: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const look of onLine) look();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: lines.join("\n") }));
  });
  const says = async (text: string): Promise<void> => {
    const said = new Promise<void>((resolve) => {
      const look = (): void => {
        if (lines.some((line) => line.includes(text))) resolve();
      };
      onLine.push(look);
      look();
    });
    const tooSoon = ended.then(({ output }) => {
      throw new Error(`${name} ended before it said "${text}":\n${output}`);
    });
    await Promise.race([said, tooSoon]);
    tooSoon.catch(() => {});
  };
  return { ended, says, signal: (signal) => child.kill(signal) };
}
