import { ServerCredentials } from "@grpc/grpc-js";
import { share, type Observable } from "rxjs";
import type { Scope } from "../lifecycle/program.js";
import { registerExpiryGauge } from "./expiry-gauge.js";
import { renewals } from "./renewals.js";
import { readTls, secureContextOf, type TlsMaterial } from "./tls-material.js";

/** TLS of a server, as PEM files. */
export interface ServerTls {
  readonly certificateChainPath: string;
  readonly privateKeyPath: string;
  /** CA bundle that client certificates are checked against; undefined: clients need none. */
  readonly clientCaPath: string | undefined;
  /** How often the files are looked at, in milliseconds. */
  readonly reloadIntervalMs: number;
}

/** What a server shows to clients, and whom it trusts: with a CA bundle, every client must show a certificate of it. */
export interface OpenTls {
  readonly now: TlsMaterial;
  /** Each time that the files hold something new; for connections that come afterwards. */
  readonly renewed: Observable<TlsMaterial>;
}

type ServerTlsScope = Pick<Scope, "draining" | "log" | "metrics" | "own" | "part">;

/**
 * Reads a server's TLS files, and follows them until the drain.
 * @throws an error that names the file that cannot be used
 */
export function openServerTls(scope: ServerTlsScope, tls: ServerTls): OpenTls {
  const { certificateChainPath: cert, privateKeyPath: key, clientCaPath: ca, reloadIntervalMs } = tls;
  const paths = { cert, key, ca };
  const now = readTls(paths);
  let newest = now;
  const renewed = renewals(scope, {
    paths,
    current: now,
    intervalMs: reloadIntervalMs,
    part: "certificates",
  }).pipe(share());
  const following = renewed.subscribe((material) => {
    newest = material;
    scope.log.info({ certificate: cert }, "TLS files were renewed");
  });
  scope.own("TLS files", () => following.unsubscribe());
  registerExpiryGauge(scope.metrics, "server", () => newest.cert);
  return { now, renewed };
}

/** gRPC server credentials; plaintext without TLS. Connections that are there keep what they began with. */
export function serverCredentials(scope: ServerTlsScope, tls: ServerTls | undefined): ServerCredentials {
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
