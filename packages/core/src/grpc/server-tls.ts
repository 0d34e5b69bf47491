import { readFileSync } from "node:fs";
import { ServerCredentials } from "@grpc/grpc-js";

/** TLS of a server, as PEM files. */
export interface ServerTls {
  readonly certificateChainPath: string;
  readonly privateKeyPath: string;
  /** CA bundle that client certificates are checked against; undefined: clients need none. */
  readonly clientCaPath: string | undefined;
}

/** The same, read into memory. */
export interface ServerTlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
}

/** @throws an error that names the file that cannot be read */
export function readServerTls({ certificateChainPath, privateKeyPath, clientCaPath }: ServerTls): ServerTlsMaterial {
  return {
    cert: readFileSync(certificateChainPath),
    key: readFileSync(privateKeyPath),
    ca: clientCaPath === undefined ? undefined : readFileSync(clientCaPath),
  };
}

/** gRPC server credentials; plaintext without TLS. With a CA bundle, every client must show a certificate of it. */
export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { cert, key, ca } = readServerTls(tls);
  return ServerCredentials.createSsl(ca ?? null, [{ cert_chain: cert, private_key: key }], ca !== undefined);
}
