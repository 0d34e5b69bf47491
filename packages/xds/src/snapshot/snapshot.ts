import type { Network } from "../network/network.js";
import type { ClientProgram } from "../translate/client-program.js";
import type { ClusterOptions } from "../translate/cluster.js";
import type { ListenerOptions } from "../translate/listener.js";
import type { TranslationFailure } from "./attempted.js";
import { changedClusters } from "./clusters.js";
import { changedListeners } from "./listeners.js";
import { ResourceMap } from "./resource-map.js";
import { changedOnDemandRoutes, changedRoutes } from "./routes.js";
import { changedScopedHosts } from "./scoped-hosts.js";
import { announcementOf, changedVirtualHosts } from "./virtual-hosts.js";
import { wantedIn, type DomainType } from "./wanted-types.js";
import { xdsTypes, type XdsType } from "./xds-type.js";

/** Everything that a client of one kind is to have, at one revision. Immutable. */
export interface Snapshot {
  /** The revision of the declarations that it was made from. */
  readonly revision: bigint;
  /** Among virtual hosts also the announcements of ingresses (`isAnnouncement`). */
  readonly resources: Readonly<Record<XdsType, ResourceMap>>;
}

/** What the translation needs to know beside the declarations. */
export interface TranslationOptions extends ListenerOptions, ClusterOptions {
  readonly program: ClientProgram;
  /** Is told of what could not be translated; the last good resource stays in its place. */
  readonly failed: (failure: TranslationFailure) => void;
}

export const emptySnapshot: Snapshot = {
  revision: 0n,
  resources: {
    cluster: ResourceMap.empty,
    endpoints: ResourceMap.empty,
    listener: ResourceMap.empty,
    "scoped-route": ResourceMap.empty,
    routes: ResourceMap.empty,
    "virtual-host": ResourceMap.empty,
    secret: ResourceMap.empty,
    runtime: ResourceMap.empty,
  },
};

/** The types that clients ask for, at two times. */
export interface Asked {
  readonly before: ReadonlySet<XdsType>;
  readonly after: ReadonlySet<XdsType>;
}

const nothing: ReadonlySet<XdsType> = new Set();

/** Whether a snapshot is the same as the one before, but for types of which there was nothing yet. */
export function isExtended({ resources: before }: Snapshot, { resources }: Snapshot): boolean {
  return xdsTypes.every((type) => before[type] === resources[type] || before[type].size === 0);
}

/**
 * The snapshot of `after`, from the snapshot of `before`: only what differs is translated and serialised. The same
 * snapshot where no resource differs.
 */
export function advancedSnapshot(
  snapshot: Snapshot,
  before: Network,
  after: Network,
  options: TranslationOptions,
  revision: bigint,
  asked: Asked = { before: nothing, after: nothing },
): Snapshot {
  const { resources } = snapshot;
  const clusters = [...changedClusters(before, after, options)];
  const cluster = resources.cluster.with(clusters.map((change) => [change.name, change.cluster] as const));
  const endpoints = resources.endpoints.with(clusters.map((change) => [change.name, change.endpoints] as const));
  const listener = resources.listener.with(changedListeners(before, after, options));
  const wanted = (type: DomainType) =>
    [wantedIn(before, type, asked.before), wantedIn(after, type, asked.after)] as const;
  const scopedRoute = resources["scoped-route"].with(changedScopedHosts(...wanted("scoped-route"), options));
  const onDemandRoutes = changedOnDemandRoutes(...wanted("virtual-host"), options);
  const routes = resources.routes.with([...changedRoutes(before, after, options), ...onDemandRoutes]);
  const virtualHosts = resources["virtual-host"].with([
    ...(options.sources.transport === "delta" ? changedVirtualHosts(...wanted("virtual-host"), options) : []),
    ...onDemandRoutes.map(([name, ofIngress]) => announcementOf(name, ofIngress)),
  ]);
  if (
    cluster === resources.cluster &&
    endpoints === resources.endpoints &&
    listener === resources.listener &&
    scopedRoute === resources["scoped-route"] &&
    routes === resources.routes &&
    virtualHosts === resources["virtual-host"]
  ) {
    return snapshot;
  }
  return {
    revision,
    resources: {
      ...resources,
      cluster,
      endpoints,
      listener,
      "scoped-route": scopedRoute,
      routes,
      "virtual-host": virtualHosts,
    },
  };
}
