import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type { Dsn } from "./dsn.js";

/**
 * The TLS options that a connection string asks for, as libpq reads it; undefined: plaintext. `allow` and `prefer` are
 * plaintext, as they promise nothing.
 * @throws Error where a named file cannot be read
 */
export function tlsOptionsOf({ ssl }: Dsn): ConnectionOptions | undefined {
  const { mode, rootCertificatePath, certificatePath, keyPath } = ssl;
  if (mode === "disable" || mode === "allow" || mode === "prefer") return undefined;
  return {
    // As in libpq, `require` with a root certificate checks the chain.
    rejectUnauthorized: mode !== "require" || rootCertificatePath !== undefined,
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
    ...(rootCertificatePath !== undefined && { ca: readFileSync(rootCertificatePath) }),
    ...(certificatePath !== undefined && { cert: readFileSync(certificatePath) }),
    ...(keyPath !== undefined && { key: readFileSync(keyPath) }),
  };
}
