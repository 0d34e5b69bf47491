import { ServerCredentials } from "@grpc/grpc-js";
import { followTls, type FollowedTls, type TlsScope } from "./follow-tls.js";
import { secureContextOf, type TlsMaterial } from "./tls-material.js";

/** TLS of a server, as PEM files. */
export interface ServerTls {
  readonly certificateChainPath: string;
  readonly privateKeyPath: string;
  /** CA bundle that client certificates are checked against; undefined: clients need none. */
  readonly clientCaPath: string | undefined;
  /** How often the files are looked at, in milliseconds. */
  readonly reloadIntervalMs: number;
}

/**
 * Reads a server's TLS files, and follows them until the drain.
 * @throws an error that names the file that cannot be used
 */
export function openServerTls(scope: TlsScope, tls: ServerTls): FollowedTls {
  const { certificateChainPath: cert, privateKeyPath: key, clientCaPath: ca, reloadIntervalMs: intervalMs } = tls;
  return followTls(scope, { paths: { cert, key, ca }, intervalMs, side: "server" });
}

/** gRPC server credentials; plaintext without TLS. Connections that are there keep what they began with. */
export function serverCredentials(scope: TlsScope, tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { now, renewed } = openServerTls(scope, tls);
  const credentials = new RenewableCredentials(now);
  renewed.subscribe((material) => credentials.renew(material));
  return credentials;
}

/** A drain would wait for a connection that says nothing. */
const handshakeTimeoutMs = 5_000;

class RenewableCredentials extends ServerCredentials {
  constructor(material: TlsMaterial) {
    super({ requestCert: material.ca !== undefined, handshakeTimeout: handshakeTimeoutMs }, secureContextOf(material));
  }

  renew(material: TlsMaterial): void {
    this.updateSecureContextOptions(secureContextOf(material));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
