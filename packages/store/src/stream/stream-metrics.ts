import { Counter, type Registry } from "prom-client";

/** What the feeds of all namespaces count. */
export interface StreamMetrics {
  /** Counted for each delivery, where a Counter's own bookkeeping would show: the counter takes it over when it is read. */
  readonly responses: { count: number };
  readonly ringHits: Counter;
  readonly tableReads: Counter;
  readonly missedHints: Counter;
}

export function streamMetrics(registry: Registry): StreamMetrics {
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [registry] });
  const responses = { count: 0 };
  const told = new Counter({
    name: "protomesh_store_watch_responses_total",
    help: "Responses sent to watchers",
    registers: [registry],
    collect: () => {
      told.inc(responses.count);
      responses.count = 0;
    },
  });
  return {
    responses,
    ringHits: counter("protomesh_store_ring_hits_total", "Slices made from the ring"),
    tableReads: counter(
      "protomesh_store_table_reads_total",
      "Reads of the table for watchers that the ring left behind",
    ),
    missedHints: counter("protomesh_store_missed_hints_total", "Changes that a poll found before any hint of them"),
  };
}
