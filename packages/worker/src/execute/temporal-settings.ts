import { readFileSync } from "node:fs";
import { declareSettings, setting, type Settings } from "@protomesh/core";

/** How the worker reaches Temporal. */
export const temporalSettings = declareSettings({
  "temporal.address": setting.text({ default: "localhost:7233", help: "the Temporal server: host:port" }),
  "temporal.namespace": setting.text({
    default: "default",
    help: "the Temporal namespace of workflows whose trigger names none, and of the activities",
  }),
  "temporal.api.key": setting.text({
    default: "",
    secret: true,
    help: "sent to Temporal with each call; implies TLS",
  }),
  "temporal.client.enable.tls": setting.boolean({ default: false, help: "speak TLS to Temporal" }),
  "temporal.client.root.cas.path": setting.text({
    default: "",
    help: "CA bundle that Temporal's certificate is checked against, a PEM file; default: the system's",
  }),
  "temporal.client.certificate.path": setting.text({
    default: "",
    help: "the worker's own certificate chain, a PEM file, where Temporal asks for one",
  }),
  "temporal.client.private.key.path": setting.text({ default: "", help: "the key of that certificate, a PEM file" }),
  "temporal.server.name.override": setting.text({
    default: "",
    help: "the name that Temporal's certificate is checked for",
  }),
});

/** Where Temporal is, in the form that both of the SDK's connections take. */
export interface TemporalEndpoint {
  readonly address: string;
  readonly apiKey?: string;
  readonly tls?: {
    readonly serverRootCACertificate?: Buffer;
    readonly serverNameOverride?: string;
    readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
  };
}

/** @throws when a file cannot be read, naming it, or when only one half of the client's certificate is given */
export function temporalEndpointOf(settings: Settings<typeof temporalSettings>): TemporalEndpoint {
  const address = settings["temporal.address"];
  const apiKey = settings["temporal.api.key"];
  if (apiKey === "" && !settings["temporal.client.enable.tls"]) return { address };
  return { address, ...(apiKey !== "" && { apiKey }), tls: tlsOf(settings) };
}

function tlsOf(settings: Settings<typeof temporalSettings>): NonNullable<TemporalEndpoint["tls"]> {
  const rootsPath = settings["temporal.client.root.cas.path"];
  const certificatePath = settings["temporal.client.certificate.path"];
  const keyPath = settings["temporal.client.private.key.path"];
  const serverNameOverride = settings["temporal.server.name.override"];
  if ((certificatePath === "") !== (keyPath === "")) {
    throw new Error("temporal.client.certificate.path and temporal.client.private.key.path: give both or none");
  }
  return {
    ...(rootsPath !== "" && { serverRootCACertificate: readFileSync(rootsPath) }),
    ...(serverNameOverride !== "" && { serverNameOverride }),
    ...(keyPath !== "" && { clientCertPair: { crt: readFileSync(certificatePath), key: readFileSync(keyPath) } }),
  };
}
