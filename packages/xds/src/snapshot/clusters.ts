import { Service } from "@protomesh/core/api";
import type { PlannedCluster } from "../network/clusters.js";
import type { Network } from "../network/network.js";
import { clusterOf } from "../translate/cluster.js";
import { endpointsOf } from "../translate/endpoints.js";
import { attempted } from "./attempted.js";
import { clusterResource, endpointsResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import type { XdsResource } from "./xds-resource.js";

/** A cluster with its endpoints, as far as they come by EDS; undefined where there is none. */
interface ClusterChange {
  readonly name: string;
  readonly cluster: XdsResource | undefined;
  readonly endpoints: XdsResource | undefined;
}

/** The clusters that may differ between two networks. */
export function* changedClusters(
  before: Network,
  after: Network,
  options: TranslationOptions,
): Iterable<ClusterChange> {
  const names = new Set<string>();
  for (const { key } of before.clusters.differences(after.clusters)) names.add(key);
  if (options.program === "grpc") {
    for (const { key } of before.missingServices.differences(after.missingServices)) names.add(key);
  }
  for (const name of names) {
    yield* attempted(`cluster ${name}`, () => clusterFrom(name, after, options), options.failed);
  }
}

function clusterFrom(name: string, network: Network, options: TranslationOptions): ClusterChange {
  const planned = network.clusters.get(name) ?? standIn(name, network, options);
  if (planned === undefined) return { name, cluster: undefined, endpoints: undefined };
  const sources = [planned.service, ...planned.sets].filter(({ id }) => id !== nobody);
  const assignment = endpointsOf(planned);
  const cluster = clusterOf(planned, options);
  // Without names of hosts to resolve or to check, what it says follows from the service alone.
  const isByItself = cluster.loadAssignment === undefined && !planned.service.value.enableTlsTransport;
  return {
    name,
    cluster: clusterResource(cluster, isByItself ? sources.slice(0, 1) : sources),
    endpoints: assignment && endpointsResource(assignment, sources),
  };
}

const nobody = "";

/**
 * A service without instances, where routes lead to one that is not there: gRPC calls nobody by any route until it has
 * heard of the clusters of all, where Envoy answers by that route alone that there is none.
 */
function standIn(
  name: string,
  { missingServices }: Network,
  { program }: TranslationOptions,
): PlannedCluster | undefined {
  if (program !== "grpc" || missingServices.get(name) === undefined) return undefined;
  const value = Service.fromPartial({ serviceName: name });
  return { service: { id: nobody, index: 0n, createdIndex: 0n, value }, sets: [] };
}
