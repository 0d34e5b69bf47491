import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, testCertificate } from "@protomesh/testing";

/** A certificate for 127.0.0.1, which is its own authority, and its key, in files. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** Issues certificates in a folder. */
export interface Issuer {
  readonly folder: string;
  /** A new certificate in place of the one that was there under this name. */
  readonly issue: (name: string) => Issued;
}

/** The tests' `test`, with a folder of certificates for each. */
export const test = base.extend<{ issuer: Issuer }>({
  issuer: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "protomesh-tls-"));
    const issue = (name: string): Issued => {
      const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
      const { cert, key } = testCertificate();
      writeFileSync(files.key, key);
      writeFileSync(files.cert, cert);
      return files;
    };
    await use({ folder, issue });
    rmSync(folder, { recursive: true });
  },
});

/** The settings of a server that shows a certificate. */
export function serverFiles({ cert, key }: Issued): Record<string, string> {
  return {
    "http.server.tls.certificate.certificates.path": cert,
    "http.server.tls.certificate.certificates.private.key.path": key,
  };
}

/** The settings of a component that speaks TLS to the store, below a prefix such as `gateway.resource.store`. */
export function clientFiles(channel: string, { cert, key }: Issued, ca: string): Record<string, string | boolean> {
  return {
    [`${channel}.client.enable.tls`]: true,
    [`${channel}.client.certificate.path`]: ca,
    [`${channel}.client.certificate.chain.path`]: cert,
    [`${channel}.client.private.key.path`]: key,
  };
}
