import type { InstanceSet_Instance } from "@protomesh/core/api";
import { ClusterLoadAssignment } from "../generated/envoy/config/endpoint/v3/endpoint.js";
import { LbEndpoint, LocalityLbEndpoints } from "../generated/envoy/config/endpoint/v3/endpoint_components.js";
import type { PlannedCluster } from "../network/clusters.js";
import { instancesOf, isHostName, tlsNameOf } from "./instances.js";
import { tlsMetadataOf } from "./upstream-tls.js";

/**
 * The assignment that a cluster gets by EDS. A service without instances gets an empty one, which makes Envoy forget its
 * hosts; undefined where the cluster resolves host names itself and EDS has nothing to say.
 */
export function endpointsOf({ service, sets }: PlannedCluster): ClusterLoadAssignment | undefined {
  const instances = instancesOf(sets);
  if (instances.some(isHostName)) return undefined;
  return assignmentOf(service.value.serviceName, instances, service.value.enableTlsTransport);
}

/**
 * Instances by locality. A locality weighs what its instances count, so that each instance gets the same share; clients
 * that know only weighted localities (gRPC) leave out one without a weight.
 */
export function assignmentOf(
  serviceName: string,
  instances: readonly InstanceSet_Instance[],
  tls: boolean,
): ClusterLoadAssignment {
  const byLocality = new Map<string, InstanceSet_Instance[]>();
  for (const instance of instances) {
    const locality = JSON.stringify([instance.region, instance.zone]);
    const members = byLocality.get(locality);
    if (members === undefined) byLocality.set(locality, [instance]);
    else members.push(instance);
  }
  const severalNames = tls && new Set(instances.map(tlsNameOf)).size > 1;
  const localities = [...byLocality].sort(([a], [b]) => (a < b ? -1 : 1));
  return ClusterLoadAssignment.fromPartial({
    clusterName: serviceName,
    endpoints: localities.map(([, members]) => localityOf(members, severalNames)),
  });
}

function localityOf(members: readonly InstanceSet_Instance[], severalNames: boolean): LocalityLbEndpoints {
  return LocalityLbEndpoints.fromPartial({
    locality: { region: members[0]?.region ?? "", zone: members[0]?.zone ?? "" },
    lbEndpoints: members.map((instance) => endpointOf(instance, severalNames)),
    loadBalancingWeight: members.length,
  });
}

function endpointOf(instance: InstanceSet_Instance, severalNames: boolean): LbEndpoint {
  const { address, port, hostname } = instance;
  const socketAddress = { address, portSpecifier: { $case: "portValue", value: port } } as const;
  return LbEndpoint.fromPartial({
    hostIdentifier: {
      $case: "endpoint",
      value: { address: { address: { $case: "socketAddress", value: socketAddress } }, hostname },
    },
    metadata: severalNames ? tlsMetadataOf(tlsNameOf(instance)) : undefined,
  });
}
