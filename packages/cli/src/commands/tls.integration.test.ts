import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgram } from "@protomesh/core";
import { migrate, program } from "@protomesh/store";
import { test as base, testCertificate, until } from "@protomesh/testing";
import { expect } from "vitest";
import { runCommand } from "./testing/run-command.js";

interface TlsStore {
  readonly address: string;
  /** Its certificate, which is its own authority. */
  readonly ca: string;
  readonly key: string;
  readonly folder: string;
}

/** A store that speaks TLS, by a certificate for 127.0.0.1. */
const test = base.extend<{ store: TlsStore }>({
  store: async ({ database }, use) => {
    const folder = mkdtempSync(join(tmpdir(), "protomesh-tls-"));
    const files = { ca: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    const { cert, key } = testCertificate();
    writeFileSync(files.ca, cert);
    writeFileSync(files.key, key);
    await migrate({ dsn: database.dsn });
    const running = await startProgram(program, {
      "store.sql.connection.string": database.dsn,
      "store.listener.address": "127.0.0.1:0",
      "http.server.tls.certificate.certificates.path": files.ca,
      "http.server.tls.certificate.certificates.private.key.path": files.key,
    });
    await until(() => running.readiness().ready, "the store is ready");
    await use({ ...files, folder, address: running.addresses["grpc"] ?? "" });
    await running.stop();
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
