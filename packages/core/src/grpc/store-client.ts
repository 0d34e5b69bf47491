import { credentials, type ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { ResourceStoreClient } from "../api.js";
import { setting, type Declaration, type Declarations, type Settings } from "../config/index.js";
import { clientCredentials } from "../tls/client-tls.js";
import type { TlsScope } from "../tls/follow-tls.js";

type StoreChannelDeclarations<Prefix extends string> = Record<`${Prefix}.server.address`, Declaration<string>> &
  Record<`${Prefix}.server.name.override`, Declaration<string | undefined>> &
  Record<`${Prefix}.client.enable.tls`, Declaration<boolean>> &
  Record<
    `${Prefix}.client.${"certificate" | "certificate.chain" | "private.key"}.path`,
    Declaration<string | undefined>
  > &
  Record<`${Prefix}.client.reload.interval`, Declaration<number>>;

/** The declarations of how a component reaches the store, below a prefix such as `gateway.resource.store`. */
export function storeChannelSettings<Prefix extends string>(prefix: Prefix): StoreChannelDeclarations<Prefix> {
  const declarations = {
    [`${prefix}.server.address`]: setting.text({
      default: "localhost:6680",
      help: "the store: host:port, or a gRPC target such as dns:///store:6680",
    }),
    [`${prefix}.server.name.override`]: setting.text({ help: "the name that the store's certificate is checked for" }),
    [`${prefix}.client.enable.tls`]: setting.boolean({ default: false, help: "speak TLS to the store" }),
    [`${prefix}.client.certificate.path`]: setting.text({
      help: "CA bundle that the store's certificate is checked against, a PEM file; default: the system's",
    }),
    [`${prefix}.client.certificate.chain.path`]: setting.text({
      help: "the certificate chain that is shown to a store that asks for one, a PEM file",
    }),
    [`${prefix}.client.private.key.path`]: setting.text({ help: "the key of that certificate, a PEM file" }),
    [`${prefix}.client.reload.interval`]: setting.duration({
      default: "1m",
      minMs: 1,
      help: "how often these files are looked at: renewed ones are used for new connections",
    }),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- computed keys widen to string
  return declarations as Record<string, Declaration> as StoreChannelDeclarations<Prefix>;
}

/**
 * Keepalive notices a store that vanished without a word in 50 s; round robin spreads calls over all stores behind a name,
 * and a lost connection is tried again soon.
 */
export const storeChannelOptions: ChannelOptions = {
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 20_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
  "grpc.max_send_message_length": 64 * 1024 * 1024,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5_000,
  "grpc.enable_channelz": 0,
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

/** A client of the store, by settings; the scope closes it. @throws an error that names the TLS file that cannot be used */
export function openStoreClient<Prefix extends string>(
  scope: TlsScope,
  settings: Settings<StoreChannelDeclarations<Prefix>>,
  prefix: Prefix,
): ResourceStoreClient {
  const text = textIn(settings, prefix);
  const nameOverride = text("server.name.override");
  const channelCredentials =
    settings[`${prefix}.client.enable.tls`] === true ? tlsOf(scope, settings, prefix) : credentials.createInsecure();
  const client = new ResourceStoreClient(text("server.address") ?? "localhost:6680", channelCredentials, {
    ...storeChannelOptions,
    ...(nameOverride && {
      "grpc.ssl_target_name_override": nameOverride,
      "grpc.default_authority": nameOverride,
    }),
  });
  scope.own("store client", () => client.close());
  return client;
}

function tlsOf(scope: TlsScope, settings: Settings<Declarations>, prefix: string): ChannelCredentials {
  const text = textIn(settings, prefix);
  const paths = {
    cert: text("client.certificate.chain.path"),
    key: text("client.private.key.path"),
    ca: text("client.certificate.path"),
  };
  if ((paths.cert === undefined) !== (paths.key === undefined)) {
    const missing = paths.cert === undefined ? "certificate.chain.path" : "private.key.path";
    throw new RangeError(`${prefix}.client.${missing} is not set: a certificate and its key belong together`);
  }
  if (paths.cert !== undefined && paths.ca === undefined) {
    throw new RangeError(
      `${prefix}.client.certificate.path is not set: with a certificate of its own, a client needs the CA bundle that the store's is checked against`,
    );
  }
  const interval = settings[`${prefix}.client.reload.interval`];
  return clientCredentials(scope, paths, typeof interval === "number" ? interval : 60_000);
}

/** Reads texts below a prefix; an empty one is not set. */
function textIn(settings: Settings<Declarations>, prefix: string): (key: string) => string | undefined {
  return (key) => {
    const value = settings[`${prefix}.${key}`];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
}
