import { promisify } from "node:util";
import {
  ClientStatusDiscoveryServiceClient,
  ClientStatusRequest,
  type ClientStatusResponse,
} from "../generated/envoy/service/status/v3/csds.js";
import type { RawClients } from "./raw-client.js";

type Matching = Parameters<typeof ClientStatusRequest.fromPartial>[0];

/** A request for statuses of nodes, without the resources themselves unless told otherwise. */
export function statusRequest(fields: Matching = {}): ClientStatusRequest {
  return ClientStatusRequest.fromPartial({ excludeResourceContents: true, ...fields });
}

/** What the server says of its nodes, by the Client Status Discovery Service. */
export async function fetchedStatuses(clients: RawClients, fields: Matching = {}): Promise<ClientStatusResponse> {
  const client = clients.of(ClientStatusDiscoveryServiceClient);
  const fetch = promisify<ClientStatusRequest, ClientStatusResponse>(client.fetchClientStatus.bind(client));
  return fetch(statusRequest(fields));
}

/** Of each resource of the first node, how it stands, by the last word of its type and its name. */
export function standingsIn({ config }: ClientStatusResponse): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    (config[0]?.genericXdsConfigs ?? []).map(({ typeUrl, name, configStatus, clientStatus }) => [
      `${typeUrl.split(".").at(-1)} ${name}`,
      [configStatus, clientStatus],
    ]),
  );
}
