import type { Program } from "@protomesh/core";

/** A component that `protomesh run` can start. */
export interface Component {
  /** The setting that starts it. */
  readonly enableKey: `enable.${string}`;
  readonly help: string;
  readonly load: () => Promise<{ readonly program: Program }>;
  /** Where it listens for its clients; the worker does not. */
  readonly listener?: { readonly ownKey: string; readonly defaultAddress: string };
}

/** In the order in which they start: what others depend on first. */
export const components: readonly Component[] = [
  {
    enableKey: "enable.store",
    help: "run the store",
    load: () => import("@protomesh/store"),
    listener: { ownKey: "store.listener.address", defaultAddress: "0.0.0.0:6680" },
  },
  {
    enableKey: "enable.envoy.xds",
    help: "run the xDS management server",
    load: () => import("@protomesh/xds"),
    listener: { ownKey: "envoy.xds.listener.address", defaultAddress: "0.0.0.0:7011" },
  },
  {
    enableKey: "enable.gateway",
    help: "run the gateway",
    load: () => import("@protomesh/gateway"),
    listener: { ownKey: "gateway.listener.address", defaultAddress: "0.0.0.0:5770" },
  },
  { enableKey: "enable.worker", help: "run the worker", load: () => import("@protomesh/worker") },
];
