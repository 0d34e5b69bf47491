import { Gauge, type Registry } from "prom-client";
import type { Feeds } from "../stream/feeds.js";
import type { NamespaceFeed } from "../stream/namespace-feed.js";

/** Registers what is measured when it is asked for: who watches, and how far behind they are. */
export function registerStreamGauges(registry: Registry, feeds: Feeds): void {
  const gauge = (name: string, help: string, value: (feed: NamespaceFeed) => number): void => {
    const measured = new Gauge({
      name,
      help,
      labelNames: ["namespace"],
      collect() {
        this.reset();
        for (const [namespace, feed] of feeds.all) this.set({ namespace }, value(feed));
      },
      registers: [],
    });
    registry.registerMetric(measured);
  };
  gauge("protomesh_store_watchers", "Watches that are served", ({ watchers }) => watchers);
  gauge("protomesh_store_head_revision", "Newest revision that is known here", ({ head }) => Number(head.revision));
  gauge("protomesh_store_watch_lag_revisions", "Revisions that the slowest watch is behind", ({ lag }) => Number(lag));
  gauge("protomesh_store_ring_bytes", "Bytes of changes kept in memory", ({ ringBytes }) => ringBytes);
}
