import { invalidArgument, serviceErrorOf, type Logger, type ServedService } from "@protomesh/core";
import {
  ClientStatusDiscoveryServiceService,
  ClientStatusResponse,
  type ClientStatusDiscoveryServiceServer,
  type ClientStatusRequest,
} from "../generated/envoy/service/status/v3/csds.js";
import type { NodeMatcher } from "../generated/envoy/type/matcher/v3/node.js";
import { clientConfigOf } from "./client-config.js";
import type { Fleet } from "./fleet.js";

/** Tells of each connected node what it is to have and what it has: once, or once for each request of a stream. */
export function clientStatusService(fleet: Fleet, log: Logger): ServedService {
  const answerTo = ({ nodeMatchers, excludeResourceContents }: ClientStatusRequest): ClientStatusResponse => {
    const isAsked = askedBy(nodeMatchers);
    const nodes = fleet.nodes().filter(({ state, goneAtMs }) => goneAtMs === undefined && isAsked(state.identity.id));
    return ClientStatusResponse.fromPartial({
      config: nodes.map(({ state }) => clientConfigOf(state, !excludeResourceContents)),
    });
  };
  const implementation: Pick<ClientStatusDiscoveryServiceServer, "fetchClientStatus" | "streamClientStatus"> = {
    fetchClientStatus: ({ request }, callback) => {
      try {
        callback(null, answerTo(request));
      } catch (error) {
        callback(serviceErrorOf(error, log));
      }
    },
    streamClientStatus: (call) => {
      call.on("data", (request: ClientStatusRequest) => {
        try {
          call.write(answerTo(request));
        } catch (error) {
          call.emit("error", serviceErrorOf(error, log));
        }
      });
      call.on("end", () => call.end());
      // The client went away; there is nobody to tell.
      call.on("error", () => {});
    },
  };
  return { definition: ClientStatusDiscoveryServiceService, implementation };
}

/** Whether a node is asked for, by its id. Without a matcher all are. */
function askedBy(matchers: readonly NodeMatcher[]): (nodeId: string) => boolean {
  if (matchers.length === 0) return () => true;
  const matches = matchers.map(({ nodeId, nodeMetadatas }, at) => {
    const field = `node_matchers[${at}]`;
    if (nodeMetadatas.length > 0) throw unsupported(`${field}.node_metadatas`);
    const pattern = nodeId?.matchPattern;
    if (pattern === undefined) return () => true;
    const fold = (text: string): string => (nodeId?.ignoreCase === true ? text.toLowerCase() : text);
    switch (pattern.$case) {
      case "exact":
        return (id: string) => fold(id) === fold(pattern.value);
      case "prefix":
        return (id: string) => fold(id).startsWith(fold(pattern.value));
      case "suffix":
        return (id: string) => fold(id).endsWith(fold(pattern.value));
      case "contains":
        return (id: string) => fold(id).includes(fold(pattern.value));
      case "safeRegex":
      case "custom":
        throw unsupported(`${field}.node_id.${pattern.$case}`);
    }
  });
  return (id) => matches.some((isMatch) => isMatch(id));
}

function unsupported(field: string): Error {
  return invalidArgument([
    { field, description: "is not supported: exact, prefix, suffix and contains of node_id are" },
  ]);
}
