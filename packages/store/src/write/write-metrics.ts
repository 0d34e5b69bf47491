import { Histogram, type Registry } from "prom-client";

export interface WriteMetrics {
  readonly groupSize: Histogram;
  readonly commitSeconds: Histogram;
}

export function writeMetrics(registry: Registry): WriteMetrics {
  const registers = [registry];
  return {
    groupSize: new Histogram({
      name: "protomesh_store_commit_group_size",
      help: "Writes that were committed together",
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    commitSeconds: new Histogram({
      name: "protomesh_store_commit_seconds",
      help: "Time from sending a group to the database until it was committed",
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
  };
}
