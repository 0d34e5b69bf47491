import { X509Certificate } from "node:crypto";
import { Gauge, type Registry } from "prom-client";

/**
 * Registers until when a certificate is valid.
 * @param side as what the program shows it
 * @param certificate the chain that is used now, PEM; its own certificate is the first
 */
export function registerExpiryGauge(
  registry: Registry,
  side: "server" | "client",
  certificate: () => Buffer | undefined,
): void {
  const gauge = new Gauge({
    name: `protomesh_${side}_certificate_not_after_seconds`,
    help: `Until when the certificate that is shown as a ${side} is valid, in seconds since 1970.`,
    registers: [],
    collect() {
      const chain = certificate();
      if (chain !== undefined) this.set(Date.parse(new X509Certificate(chain).validTo) / 1_000);
    },
  });
  registry.registerMetric(gauge);
}
