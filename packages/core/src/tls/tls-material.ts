import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";

/** What one side of TLS shows and trusts, as PEM files. */
export interface TlsPaths {
  /** The own certificate chain, with `key`. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The CA bundle that the other side's certificate is checked against. */
  readonly ca: string | undefined;
}

/** The same, read into memory. */
export type TlsMaterial = { readonly [File in keyof TlsPaths]: Buffer | undefined };

/** @throws an error that names the file that cannot be read, or is none of what it is to be */
export function readTls(paths: TlsPaths): TlsMaterial {
  const cert = certificates(paths.cert);
  const key = pem(paths.key);
  const ca = certificates(paths.ca);
  const material = { cert, key, ca };
  try {
    createSecureContext(secureContextOf(material));
  } catch (error) {
    throw new Error(`${paths.key} is no key (PEM) of the certificate ${paths.cert}`, { cause: error });
  }
  return material;
}

/** As TLS takes it, where what is left out is not given. */
export function secureContextOf({ cert, key, ca }: TlsMaterial): SecureContextOptions {
  return { ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) };
}

export function isSameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return isSame(a.cert, b.cert) && isSame(a.key, b.key) && isSame(a.ca, b.ca);
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}

/** TLS itself would take a file without a certificate in silence. */
function certificates(path: string | undefined): Buffer | undefined {
  const bytes = pem(path);
  if (bytes === undefined) return undefined;
  try {
    void new X509Certificate(bytes);
    return bytes;
  } catch (error) {
    throw new Error(`${path} holds no certificate: expected PEM`, { cause: error });
  }
}

function pem(path: string | undefined): Buffer | undefined {
  return path === undefined ? undefined : readFileSync(path);
}
