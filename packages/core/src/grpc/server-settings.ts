import { declareSettings, setting, type Declarations, type Settings } from "../config/index.js";
import type { ServerTls } from "../tls/server-tls.js";

/** A component's listener, in settings: its own address key wins over the one that all components share. */
export interface ListenerKeys<Own extends string> {
  /** The component's prefix: its own key is `<own>.listener.address`. */
  readonly own: Own;
  /** Where it listens when nothing is set. */
  readonly defaultAddress: string;
}

const shared = declareSettings({
  "http.server.tls.listener.address": setting.text({
    help: "listen address, for a process that runs one component",
  }),
  "http.server.tls.protocol": setting.choice(["tcp"], { default: "tcp", help: "the listener's network" }),
  "http.server.tls.disable": setting.boolean({ default: false, help: "serve plaintext" }),
  "http.server.tls.certificate.certificates.path": setting.text({ help: "the server's certificate chain, a PEM file" }),
  "http.server.tls.certificate.certificates.private.key.path": setting.text({
    help: "the certificate's key, a PEM file",
  }),
  "http.server.tls.root.cas.path": setting.text({
    help: "CA bundle, a PEM file: clients must then show a certificate of it",
  }),
  "http.server.tls.insecure.skip.verify": setting.boolean({
    default: false,
    help: "ask clients for no certificate, although a CA bundle is set",
  }),
  "http.server.tls.reload.interval": setting.duration({
    default: "1m",
    minMs: 1,
    help: "how often these files are looked at: renewed ones are used for new connections",
  }),
  "grpc.server.enable.reflection": setting.boolean({
    default: false,
    help: "describe the services to tools (grpcurl)",
  }),
});

/** Where a component listens, and how. */
export interface ListenerOptions {
  /** host:port */
  readonly address: string;
  /** undefined: plaintext, on purpose. */
  readonly tls: ServerTls | undefined;
  readonly reflection: boolean;
}

type ListenerDeclarations<Own extends string> = typeof shared &
  Record<`${Own}.listener.address`, ReturnType<typeof optionalText>>;

const optionalText = (help: string) => setting.text({ help });

/** The declarations of a component's listener, TLS and reflection. */
export function serverSettings<Own extends string>({
  own,
  defaultAddress,
}: ListenerKeys<Own>): ListenerDeclarations<Own> {
  const key = `${own}.listener.address` as const;
  const address = optionalText(
    `listen address of this component; default: http.server.tls.listener.address, else ${defaultAddress}`,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return { ...shared, [key]: address } as ListenerDeclarations<Own>;
}

/**
 * Where and how a component listens, by its settings.
 * @throws RangeError when TLS is neither configured nor disabled, naming the keys
 */
export function listenerOptionsOf<Own extends string>(
  settings: Settings<typeof shared> & Settings<Declarations>,
  { own, defaultAddress }: ListenerKeys<Own>,
): ListenerOptions {
  const ownAddress = settings[`${own}.listener.address`];
  return {
    address:
      (typeof ownAddress === "string" && ownAddress) || settings["http.server.tls.listener.address"] || defaultAddress,
    tls: tlsOf(settings),
    reflection: settings["grpc.server.enable.reflection"],
  };
}

function tlsOf(settings: Settings<typeof shared>): ServerTls | undefined {
  if (settings["http.server.tls.disable"]) return undefined;
  const certificateChainPath = settings["http.server.tls.certificate.certificates.path"];
  const privateKeyPath = settings["http.server.tls.certificate.certificates.private.key.path"];
  if (!certificateChainPath || !privateKeyPath) {
    const missing = certificateChainPath ? "certificates.private.key.path" : "certificates.path";
    throw new RangeError(
      `http.server.tls.certificate.${missing} is not set: give a certificate and its key, ` +
        "or serve plaintext with http.server.tls.disable=true",
    );
  }
  const clientCaPath = settings["http.server.tls.insecure.skip.verify"]
    ? undefined
    : settings["http.server.tls.root.cas.path"] || undefined;
  const reloadIntervalMs = settings["http.server.tls.reload.interval"];
  return { certificateChainPath, privateKeyPath, clientCaPath, reloadIntervalMs };
}
