import { ClientResourceStatus } from "../generated/envoy/admin/v3/config_dump_shared.js";
import { Any } from "../generated/google/protobuf/any.js";
import {
  ClientConfig,
  ConfigStatus,
  type ClientConfig_GenericXdsConfig,
} from "../generated/envoy/service/status/v3/csds.js";
import { typeUrls } from "../snapshot/xds-type.js";
import type { Lack } from "./lack.js";
import type { NodeState } from "./node-state.js";

type GenericConfig = Parameters<typeof ClientConfig.fromPartial>[0];

/**
 * A node as the Client Status Discovery Service tells of it: each resource that it is to have, and whether it has.
 * @param withContents whether the resources themselves are told
 */
export function clientConfigOf(state: NodeState, withContents: boolean): ClientConfig {
  const lacks = new Map<string, Lack>();
  for (const lack of state.lacks()) lacks.set(`${lack.type} ${lack.name}`, lack);
  const configs = new Map<string, ReturnType<typeof configOf>>();
  for (const { type, resource, isSent } of state.wanted()) {
    const key = `${type} ${resource.name}`;
    configs.set(key, configOf(type, resource, standingOf(lacks.get(key), isSent), withContents));
  }
  for (const [key, { type, wanted }] of lacks) {
    if (!configs.has(key)) configs.set(key, configOf(type, wanted, notSent, withContents));
  }
  const { id, cluster, userAgent } = state.identity;
  const config: GenericConfig = {
    node: { id, cluster, userAgentName: userAgent },
    genericXdsConfigs: [...configs.values()],
  };
  return ClientConfig.fromPartial(config);
}

type Standing = Pick<ClientConfig_GenericXdsConfig, "configStatus" | "clientStatus" | "errorState">;

const notSent: Standing = {
  configStatus: ConfigStatus.NOT_SENT,
  clientStatus: ClientResourceStatus.UNKNOWN,
  errorState: undefined,
};

function standingOf(lack: Lack | undefined, isSent: boolean): Standing {
  if (lack === undefined) {
    return { configStatus: ConfigStatus.SYNCED, clientStatus: ClientResourceStatus.ACKED, errorState: undefined };
  }
  const { rejection, wanted } = lack;
  if (rejection !== undefined) {
    return {
      configStatus: ConfigStatus.ERROR,
      clientStatus: ClientResourceStatus.NACKED,
      errorState: {
        details: rejection,
        versionInfo: wanted.version,
        failedConfiguration: undefined,
        lastUpdateAttempt: undefined,
      },
    };
  }
  return {
    configStatus: isSent ? ConfigStatus.STALE : ConfigStatus.NOT_SENT,
    clientStatus: ClientResourceStatus.REQUESTED,
    errorState: undefined,
  };
}

function configOf(
  type: Lack["type"],
  { name, version, any }: Lack["wanted"],
  standing: Standing,
  withContents: boolean,
) {
  return {
    typeUrl: typeUrls[type],
    name,
    versionInfo: version,
    xdsConfig: withContents ? Any.decode(any) : undefined,
    ...standing,
  };
}
