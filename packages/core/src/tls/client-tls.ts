import { credentials, experimental, type ChannelCredentials } from "@grpc/grpc-js";
import type { Scope } from "../lifecycle/program.js";
import { registerExpiryGauge } from "./expiry-gauge.js";
import { renewals } from "./renewals.js";
import { readTls, type TlsMaterial, type TlsPaths } from "./tls-material.js";

export type ClientTlsScope = Pick<Scope, "draining" | "log" | "metrics" | "own" | "part">;

/**
 * Credentials of a gRPC client by TLS files, which are followed until the drain: a connection that is made later is made
 * with what they hold then. Without a CA bundle the system's is used.
 * @throws an error that names the file that cannot be used
 */
export function clientCredentials(scope: ClientTlsScope, paths: TlsPaths, intervalMs: number): ChannelCredentials {
  if (paths.ca === undefined) return credentials.createSsl();
  const provider = new FollowedCertificates(readTls(paths));
  const following = renewals(scope, {
    paths,
    current: provider.now,
    intervalMs,
    part: "client certificates",
  }).subscribe((material) => {
    provider.renew(material);
    scope.log.info({ certificate: paths.cert, ca: paths.ca }, "TLS files of the client were renewed");
  });
  scope.own("TLS files of the client", () => following.unsubscribe());
  registerExpiryGauge(scope.metrics, "client", () => provider.now.cert);
  return experimental.createCertificateProviderChannelCredentials(provider, paths.cert === undefined ? null : provider);
}

type CaListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;

/** What TLS files hold, as grpc-js asks for it. */
class FollowedCertificates implements experimental.CertificateProvider {
  readonly #caListeners = new Set<CaListener>();
  readonly #identityListeners = new Set<IdentityListener>();
  #now: TlsMaterial;

  constructor(now: TlsMaterial) {
    this.#now = now;
  }

  get now(): TlsMaterial {
    return this.#now;
  }

  renew(material: TlsMaterial): void {
    this.#now = material;
    for (const listener of this.#caListeners) this.tellCa(listener);
    for (const listener of this.#identityListeners) this.tellIdentity(listener);
  }

  addCaCertificateListener(listener: CaListener): void {
    this.#caListeners.add(listener);
    this.tellCa(listener);
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.#caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.add(listener);
    this.tellIdentity(listener);
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.delete(listener);
  }

  private tellCa(listener: CaListener): void {
    const { ca } = this.#now;
    listener(ca === undefined ? null : { caCertificate: ca });
  }

  private tellIdentity(listener: IdentityListener): void {
    const { cert, key } = this.#now;
    listener(cert === undefined || key === undefined ? null : { certificate: cert, privateKey: key });
  }
}
