import type { RunningEnvoy } from "@protomesh/testing";

interface Named {
  readonly name: string;
}

/** As far as it is looked at: envoy/admin/v3/config_dump.proto. */
interface Section {
  readonly dynamic_active_clusters?: readonly { readonly version_info: string; readonly cluster: Named }[];
  readonly dynamic_endpoint_configs?: readonly { readonly endpoint_config: { readonly cluster_name: string } }[];
  readonly dynamic_listeners?: readonly (Named & { readonly active_state?: { readonly version_info: string } })[];
  readonly dynamic_scoped_route_configs?: readonly { readonly scoped_route_configs: readonly Named[] }[];
  readonly dynamic_route_configs?: readonly {
    readonly route_config: Named & { readonly virtual_hosts?: readonly Named[]; readonly vhds?: object };
  }[];
}

/** What an Envoy says that it has, as `Cluster billing`; where it tells a version of its own of each, with that. */
export async function dumpedBy(envoy: RunningEnvoy): Promise<ReadonlyMap<string, string | undefined>> {
  const answer = await fetch(`http://${envoy.adminAddress}/config_dump?include_eds`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Envoy's own format
  const { configs } = (await answer.json()) as { readonly configs: readonly Section[] };
  return new Map(configs.flatMap(entriesOf));
}

function entriesOf(section: Section): readonly (readonly [string, string | undefined])[] {
  const routes = (section.dynamic_route_configs ?? []).map(({ route_config: route }) => route);
  const onDemand = routes.filter(({ vhds }) => vhds !== undefined).flatMap((route) => route.virtual_hosts ?? []);
  const scopes = (section.dynamic_scoped_route_configs ?? []).flatMap((config) => config.scoped_route_configs);
  return [
    ...(section.dynamic_active_clusters ?? []).map(
      ({ cluster, version_info: version }) => [`Cluster ${cluster.name}`, version] as const,
    ),
    ...(section.dynamic_endpoint_configs ?? []).map(
      ({ endpoint_config: { cluster_name: name } }) => [`ClusterLoadAssignment ${name}`, undefined] as const,
    ),
    ...(section.dynamic_listeners ?? []).map(
      ({ name, active_state: state }) => [`Listener ${name}`, state?.version_info] as const,
    ),
    ...routes.map(({ name }) => [`RouteConfiguration ${name}`, undefined] as const),
    ...onDemand.map(({ name }) => [`VirtualHost ${name}`, undefined] as const),
    ...scopes.map(({ name }) => [`ScopedRouteConfiguration ${name}`, undefined] as const),
  ];
}
