import { instanceReporter, StatusReporter, type Scope, type ServedService } from "@protomesh/core";
import type { ResourceStoreClient } from "@protomesh/core/api";
import type { Model } from "../model/model.js";
import { keyOfScope, scopeOf } from "../network/scope.js";
import type { SnapshotCache } from "../snapshot/snapshot-cache.js";
import { clientStatusService } from "./client-status-service.js";
import { Fleet, type FleetNode } from "./fleet.js";
import { instanceDetailsOf, nodeRecordOf } from "./instance-details.js";
import { registerNodeGauge } from "./node-gauge.js";
import { NodeWatch } from "./node-watch.js";
import { OtherInstances } from "./other-instances.js";
import { StatusBoard } from "./status-board.js";
import { Targets } from "./targets.js";

export interface StatusOptions {
  readonly client: ResourceStoreClient;
  readonly namespace: string;
  /** Undefined: the host's name. */
  readonly instanceName: string | undefined;
  readonly matchNodeCluster: boolean;
  /** How long a node that went away still counts, in milliseconds. */
  readonly memoryMs: number;
  readonly snapshots: SnapshotCache;
  /** The model that the snapshots have been brought to. */
  readonly model: () => Model;
}

/** Everything between the streams and the statuses in the store. */
export interface Status {
  /** Is to be told of each stream. */
  readonly watch: NodeWatch;
  /** Is to be told of each model, once the snapshots have been brought to it. */
  publish(model: Model): void;
  /** The Client Status Discovery Service. */
  readonly service: ServedService;
}

/** A node that comes counts when it has everything, or after this time. */
const joinMs = 2_000;

/** Begins to say in the store how each declared resource stands on the nodes; the scope ends it. */
export function openStatus(scope: Pick<Scope, "own" | "log" | "metrics" | "status">, options: StatusOptions): Status {
  const { client, namespace, matchNodeCluster, memoryMs, snapshots, model } = options;
  const now = () => performance.now();
  const timeOf = (ms: number) => new Date(Date.now() - (now() - ms));
  const name = instanceReporter("xds", options.instanceName);
  const fleet = new Fleet({
    memoryMs,
    joinMs,
    audienceOf: (nodeCluster) => keyOfScope(scopeOf(model(), nodeCluster, matchNodeCluster)),
    now,
  });
  const reporter = new StatusReporter({ client, namespace, reporter: name, log: scope.log });
  scope.own("statuses", async () => reporter.close());
  const describe = () => instanceDetailsOf(fleet.nodes(), timeOf);
  const board = new StatusBoard({ fleet, snapshots, matchNodeCluster, reporter, describe, now });
  scope.own("status board", () => board.close());
  const targets = new Targets(snapshots, memoryMs, now);
  scope.own("targets of nodes", () => targets.close());
  const others = new OtherInstances({
    client,
    namespace,
    reporter: name,
    log: scope.log,
    now,
    changed: () => {
      fleet.forget((nodeId) => others.has(nodeId));
      board.moved();
    },
  });
  scope.own("watch of other instances", () => others.close());
  scope.status("nodes", () => fleet.nodes().map((node) => ({ ...nodeRecordOf(node, timeOf), ...lackingOf(node) })));
  registerNodeGauge(scope.metrics, () => fleet.nodes());
  scope.status("reporting", () => reporter.describe());
  return {
    watch: new NodeWatch(targets, fleet, board, () => model().revision),
    publish: (newest) => board.publish(newest),
    service: clientStatusService(fleet, scope.log),
  };
}

/** As many of the resources that a node lacks are named. */
const mostLacks = 20;

function lackingOf({ state }: FleetNode): object {
  const lacks = [...state.lacks()];
  if (lacks.length === 0) return {};
  const named = lacks.slice(0, mostLacks).map(({ type, name, rejection }) => ({ type, name, rejection }));
  return { lacking: lacks.length, lacks: named };
}
