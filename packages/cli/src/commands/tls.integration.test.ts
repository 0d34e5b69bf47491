import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgram } from "@protomesh/core";
import { migrate, program } from "@protomesh/store";
import { test as base, testCertificate, until } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { runCommand } from "./testing/run-command.js";

interface TlsStore {
  readonly address: string;
  /** Its certificate, which is its own authority. */
  readonly ca: string;
  readonly key: string;
  readonly folder: string;
}

/** Starts a store that speaks TLS, by a certificate for 127.0.0.1. */
async function startTlsStore(dsn: string, folder: string, settings: Readonly<Record<string, string>> = {}) {
  const files = { ca: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const { cert, key } = testCertificate();
  writeFileSync(files.ca, cert);
  writeFileSync(files.key, key);
  await migrate({ dsn });
  const running = await startProgram(program, {
    "store.sql.connection.string": dsn,
    "store.listener.address": "127.0.0.1:0",
    "http.server.tls.certificate.certificates.path": files.ca,
    "http.server.tls.certificate.certificates.private.key.path": files.key,
    ...settings,
  });
  await until(() => running.readiness().ready, "the store is ready");
  return { ...files, folder, address: running.addresses["grpc"] ?? "", stop: async () => running.stop() };
}

const test = base.extend<{ store: TlsStore }>({
  store: async ({ database }, use) => {
    const folder = mkdtempSync(join(tmpdir(), "protomesh-tls-"));
    const store = await startTlsStore(database.dsn, folder);
    await use(store);
    await store.stop();
    rmSync(folder, { recursive: true });
  },
});

const service = "kind: service\nname: billing\nspec: { serviceName: billing, connectTimeout: 1s }\n";

test("writes and reads over TLS, checked against --ca", async ({ store: { address, ca } }) => {
  const at = ["--server", address, "--ca", ca];
  expect(await runCommand(["apply", "-f", "-", ...at], service)).toMatchObject({ code: 0, err: "" });
  expect(await runCommand(["list", "-o", "name", ...at])).toEqual({ code: 0, out: "service/billing\n", err: "" });
});

test("takes TLS from variables", async ({ store: { address, ca } }) => {
  const env = { PROTOMESH_SERVER: address, PROTOMESH_CA: ca };
  expect(await runCommand(["list", "-o", "name"], "", env)).toMatchObject({ code: 0, err: "" });
});

test("does not trust a certificate that nobody vouches for", async ({ store: { address } }) => {
  const { code, err } = await runCommand(["list", "--server", address, "--tls"]);
  expect(code).toBe(5);
  expect(err).toContain("certificate");
});

test("refuses a certificate for another name", async ({ store: { address, ca } }) => {
  const { code, err } = await runCommand(["list", "--server", address, "--ca", ca, "--server-name", "example.com"]);
  expect(code).toBe(5);
  expect(err).toContain("example.com");
});

test("a file without a certificate, or a key of another, ends with 2", async ({
  store: { address, ca, key, folder },
}) => {
  const at = ["list", "--server", address];
  const none = await runCommand([...at, "--ca", key]);
  expect(none.code).toBe(2);
  expect(none.err).toContain(`--ca ${key} holds no certificate: expected PEM`);
  const other = join(folder, "other.pem");
  writeFileSync(other, testCertificate().key);
  const mismatched = await runCommand([...at, "--ca", ca, "--cert", ca, "--key", other]);
  expect(mismatched.code).toBe(2);
  expect(mismatched.err).toContain("--key is the key of --cert");
});

test("history tells the name of the certificate that was shown, not who is claimed to write", async ({ database }) => {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-mtls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ada = { cert: join(folder, "ada.pem"), key: join(folder, "ada.key") };
  const certificate = testCertificate("ada.example.com");
  writeFileSync(ada.cert, certificate.cert);
  writeFileSync(ada.key, certificate.key);
  const store = await startTlsStore(database.dsn, folder, { "http.server.tls.root.cas.path": ada.cert });
  onTestFinished(async () => store.stop());
  const at = ["--server", store.address, "--ca", store.ca, "-n", "mtls"];
  expect((await runCommand(["list", ...at])).code, "without a certificate nothing is answered").toBe(5);

  const asAda = [...at, "--cert", ada.cert, "--key", ada.key];
  expect(await runCommand(["apply", "-f", "-", "--author", "grace", ...asAda], service)).toMatchObject({ code: 0 });
  const { out } = await runCommand(["history", "-o", "json", ...asAda]);
  expect(JSON.parse(out)).toMatchObject([{ author: "ada.example.com", change: "created", name: "billing" }]);
});
