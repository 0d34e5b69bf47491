import { readFileSync } from "node:fs";
import { credentials, type ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { ResourceStoreClient } from "../api.js";
import { setting, type Declaration, type Declarations, type Settings } from "../config/index.js";
import type { Scope } from "../lifecycle/program.js";

type StoreChannelDeclarations<Prefix extends string> = Record<`${Prefix}.server.address`, Declaration<string>> &
  Record<`${Prefix}.server.name.override`, Declaration<string | undefined>> &
  Record<`${Prefix}.client.enable.tls`, Declaration<boolean>> &
  Record<`${Prefix}.client.certificate.path`, Declaration<string | undefined>>;

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

/** A client of the store, by settings; the scope closes it. @throws when the CA bundle cannot be read, naming it */
export function openStoreClient<Prefix extends string>(
  scope: Pick<Scope, "own">,
  settings: Settings<StoreChannelDeclarations<Prefix>>,
  prefix: Prefix,
): ResourceStoreClient {
  const { address, nameOverride, channelCredentials } = channelOf(settings, prefix);
  const client = new ResourceStoreClient(address, channelCredentials, {
    ...storeChannelOptions,
    ...(nameOverride && {
      "grpc.ssl_target_name_override": nameOverride,
      "grpc.default_authority": nameOverride,
    }),
  });
  scope.own("store client", () => client.close());
  return client;
}

function channelOf(
  settings: Settings<Declarations>,
  prefix: string,
): { address: string; nameOverride: string | undefined; channelCredentials: ChannelCredentials } {
  const text = (key: string): string | undefined => {
    const value = settings[`${prefix}.${key}`];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const caPath = text("client.certificate.path");
  return {
    address: text("server.address") ?? "localhost:6680",
    nameOverride: text("server.name.override"),
    channelCredentials:
      settings[`${prefix}.client.enable.tls`] === true
        ? credentials.createSsl(caPath === undefined ? null : readFileSync(caPath))
        : credentials.createInsecure(),
  };
}
