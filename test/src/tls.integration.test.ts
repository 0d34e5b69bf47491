import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect as http2Connect } from "node:http2";
import { createConnection } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { startProgram, type Program, type RunningProgram, type SettingValue } from "@protomesh/core";
import { program as gateway } from "@protomesh/gateway";
import { migrate, program as store } from "@protomesh/store";
import { freePort, testCertificate } from "@protomesh/testing";
import { program as worker } from "@protomesh/worker";
import { program as xds } from "@protomesh/xds";
import { describe, expect, onTestFinished } from "vitest";
import { clientFiles, serverFiles, test, type Issuer } from "./issuer.js";

/** How often files are looked at here. */
const soon = 5;
/** Until when test certificates are valid. */
const expiry = Date.UTC(2120, 0, 1) / 1_000;

const servers = [
  { name: "store", program: store, port: "grpc", address: "store.listener.address" },
  { name: "xds", program: xds, port: "grpc", address: "envoy.xds.listener.address" },
  { name: "gateway", program: gateway, port: "gateway", address: "gateway.listener.address" },
] as const;

describe.each(servers)("$name", ({ program, port, address }) => {
  const start = async (tls: Readonly<Record<string, string>>): Promise<RunningProgram> =>
    started(program, { [address]: "127.0.0.1:0", "http.server.tls.reload.interval": soon, ...tls });

  test("shows a renewed certificate to those who come, and passes over files that cannot be used", async ({
    issuer,
  }) => {
    const { cert, key } = issuer.issue("server");
    const running = await start(serverFiles({ cert, key }));
    const shown = async () => serialShownBy(running.addresses[port] ?? "");
    const first = await shown();
    issuer.issue("server");
    await expect.poll(shown).not.toBe(first);
    const second = await shown();

    const third = testCertificate();
    const files = () => running.readiness().parts["certificates"];
    expect(files()).toBe("ready");
    writeFileSync(cert, third.cert.subarray(0, 100));
    await expect.poll(files).toContain(`degraded: ${cert} holds no certificate: expected PEM`);
    writeFileSync(cert, third.cert);
    await expect.poll(files).toContain(`degraded: ${key} is no key (PEM) of the certificate ${cert}`);
    expect(await shown()).toBe(second);
    writeFileSync(key, third.key);
    await expect.poll(shown).toBe(new X509Certificate(third.cert).serialNumber);
    expect(files()).toBe("ready");
    expect(await metricsOf(running)).toContain(`protomesh_server_certificate_not_after_seconds ${expiry}\n`);
  });

  test("ends, though a client that has connected shakes hands only then, and another one never does", async ({
    issuer,
  }) => {
    const running = await start(serverFiles(issuer.issue("server")));
    const { hostname, port: number } = new URL(`tls://${running.addresses[port]}`);
    const [late, silent] = [createConnection(Number(number), hostname), createConnection(Number(number), hostname)];
    await Promise.all([once(late, "connect"), once(silent, "connect")]);
    await serialShownBy(running.addresses[port] ?? "");

    const stopped = running.stop();
    const session = http2Connect(`https://127.0.0.1:${number}`, {
      createConnection: () => connect({ socket: late, rejectUnauthorized: false, ALPNProtocols: ["h2"] }),
    });
    // It may be cut or told to go.
    session.on("error", () => {});
    await stopped;
    session.destroy();
    silent.destroy();
  });

  test("does not start with files that cannot be used, and names them", async ({ issuer }) => {
    const { cert, key } = issuer.issue("server");
    const other = issuer.issue("other");
    const missing = join(issuer.folder, "missing.pem");
    await expect(start(serverFiles({ cert: missing, key }))).rejects.toThrow(missing);
    await expect(start(serverFiles({ cert: key, key }))).rejects.toThrow(`${key} holds no certificate: expected PEM`);
    await expect(start(serverFiles({ cert, key: other.key }))).rejects.toThrow(`${other.key} is no key (PEM) of`);
    const bundle = { "http.server.tls.root.cas.path": key };
    await expect(start({ ...serverFiles({ cert, key }), ...bundle })).rejects.toThrow(`${key} holds no certificate`);
  });
});

const clients = [
  { name: "xds", program: xds, channel: "envoy.xds.resource.store", address: "envoy.xds.listener.address" },
  { name: "gateway", program: gateway, channel: "gateway.resource.store", address: "gateway.listener.address" },
  { name: "worker", program: worker, channel: "worker.resource.store", address: undefined },
] as const;

describe.each(clients)("$name, at a store that asks for certificates", ({ program, channel, address }) => {
  const start = async ({ issue }: Issuer, settings: Readonly<Record<string, SettingValue>>): Promise<RunningProgram> =>
    started(program, {
      ...(address && { [address]: "127.0.0.1:0", ...serverFiles(issue("server")) }),
      [`${channel}.client.enable.tls`]: true,
      [`${channel}.client.reload.interval`]: soon,
      ...settings,
    });

  test("shows its own, and a renewed one when it connects again", async ({ database, issuer }) => {
    await migrate({ dsn: database.dsn });
    const files = issuer.issue("store");
    let own = issuer.issue("own");
    const port = await freePort();
    const startStore = async (): Promise<RunningProgram> =>
      started(store, {
        ...serverFiles(files),
        "http.server.tls.root.cas.path": own.cert,
        "store.sql.connection.string": database.dsn,
        "store.listener.address": `127.0.0.1:${port}`,
      });
    const first = await startStore();
    const running = await start(issuer, {
      [`${channel}.server.address`]: `127.0.0.1:${port}`,
      ...clientFiles(channel, own, files.cert),
    });
    const standing = () => running.readiness().parts["store"];
    await expect.poll(standing).toBe("ready");

    own = issuer.issue("own");
    await first.stop();
    await expect.poll(standing).toMatch(/^degraded: without the store/);
    await startStore();
    await expect.poll(standing).toBe("ready");
    expect(await metricsOf(running)).toContain(`protomesh_client_certificate_not_after_seconds ${expiry}\n`);
  });

  test("is refused without one, and says so", async ({ database, issuer }) => {
    await migrate({ dsn: database.dsn });
    const files = issuer.issue("store");
    const { addresses } = await started(store, {
      ...serverFiles(files),
      "http.server.tls.root.cas.path": issuer.issue("own").cert,
      "store.sql.connection.string": database.dsn,
      "store.listener.address": "127.0.0.1:0",
    });
    const running = await start(issuer, {
      [`${channel}.server.address`]: addresses["grpc"],
      [`${channel}.client.certificate.path`]: files.cert,
    });
    await expect.poll(() => running.readiness().parts["store"]).toMatch(/^without the store since .*UNAVAILABLE/);
    expect(running.readiness().ready).toBe(false);
  });

  test("does not start with half of what it takes, and names the setting", async ({ issuer }) => {
    const { cert, key } = issuer.issue("own");
    const ca = `${channel}.client.certificate.path`;
    const chain = `${channel}.client.certificate.chain.path`;
    const privateKey = `${channel}.client.private.key.path`;
    await expect(start(issuer, { [chain]: cert })).rejects.toThrow(`${privateKey} is not set`);
    await expect(start(issuer, { [privateKey]: key })).rejects.toThrow(`${chain} is not set`);
    await expect(start(issuer, { [chain]: cert, [privateKey]: key })).rejects.toThrow(`${ca} is not set`);
    await expect(start(issuer, { [ca]: key })).rejects.toThrow(`${key} holds no certificate`);
  });
});

async function started(program: Program, settings: Readonly<Record<string, SettingValue>>): Promise<RunningProgram> {
  const running = await startProgram(program, settings);
  onTestFinished(async () => running.stop());
  return running;
}

async function metricsOf({ addresses }: RunningProgram): Promise<string> {
  return (await fetch(`http://${addresses["admin"]}/metrics`)).text();
}

/** The serial number of the certificate that a new connection is shown. */
async function serialShownBy(address: string): Promise<string> {
  const { hostname, port } = new URL(`tls://${address}`);
  return new Promise((resolve, reject) => {
    const options = { host: hostname, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ["h2"] };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
