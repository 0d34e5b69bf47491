import { credentials, experimental, type ChannelCredentials } from "@grpc/grpc-js";
import { followTls, type TlsScope } from "./follow-tls.js";
import type { TlsMaterial, TlsPaths } from "./tls-material.js";

/**
 * Credentials of a gRPC client by TLS files, which are followed until the drain: a connection that is made later is made
 * with what they hold then. Without a CA bundle the system's is used.
 * @throws an error that names the file that cannot be used
 */
export function clientCredentials(scope: TlsScope, paths: TlsPaths, intervalMs: number): ChannelCredentials {
  if (paths.ca === undefined) return credentials.createSsl();
  const { now, renewed } = followTls(scope, { paths, intervalMs, side: "client" });
  const provider = new FollowedCertificates(now);
  renewed.subscribe((material) => provider.renew(material));
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
