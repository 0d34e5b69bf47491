import type { DeclaredResource, StatusReport } from "@protomesh/core";
import { emptyModel, type Model } from "../model/model.js";
import { keyOfScope, scopesOf } from "../network/scope.js";
import type { SnapshotCache } from "../snapshot/snapshot-cache.js";
import type { Fleet } from "./fleet.js";
import { Obstacles } from "./obstacles.js";
import { reportOf } from "./report.js";

/** Where what is found is said; core's StatusReporter is one. */
export interface Reporter {
  say(resourceId: string, report: StatusReport | undefined): void;
  complete(): void;
  instance(revision: bigint, details: Readonly<Record<string, string>>): void;
}

export interface StatusBoardOptions {
  readonly fleet: Fleet;
  readonly snapshots: SnapshotCache;
  readonly matchNodeCluster: boolean;
  readonly reporter: Reporter;
  /** What the instance says of itself, for the details of its own status. */
  readonly describe: () => Readonly<Record<string, string>>;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

/** After a change comes the answer of most nodes within this time, so that what is said first is mostly the last word. */
const answersMs = 25;
/** Between two looks, and between two accounts of everything or of the instance itself, as the number of nodes has changed. */
const betweenLooksMs = 100;
const betweenAccountsMs = 1_000;
/** After a start nothing is said until the nodes had this long to come back. */
const startMs = 2_000;

/** Says of each declared resource how it stands, each time that this changes: what changed is looked at, and nothing else. */
export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #obstacles = new Obstacles();
  #model: Model | undefined;
  #said: Model = emptyModel;
  #startedAtMs: number | undefined;
  #lookedAtMs = -Infinity;
  #accountedAtMs = -Infinity;
  #instanceAtMs = -Infinity;
  #instanceRevision = -1n;
  #instanceDue = true;
  /** Whether each resource is to be looked at, as the nodes are others than before. */
  #accountDue = true;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;
  #isClosed = false;

  constructor(options: StatusBoardOptions) {
    this.#options = options;
  }

  /** A model that the snapshots have been brought to. */
  publish(model: Model): void {
    this.#model = model;
    this.#startedAtMs ??= this.#options.now();
    this.#options.fleet.targetsChanged();
    this.moved();
  }

  /** Something has happened on a stream. */
  moved(): void {
    this.lookIn(answersMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  private lookIn(ms: number): void {
    if (this.#isClosed || this.#startedAtMs === undefined) return;
    const nowMs = this.#options.now();
    const atMs = Math.max(nowMs + ms, this.#lookedAtMs + betweenLooksMs, this.#startedAtMs + startMs);
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.look(), atMs - nowMs);
  }

  private look(): void {
    const model = this.#model;
    if (model === undefined) return;
    const { fleet, snapshots, reporter, now } = this.#options;
    this.#timerAtMs = Infinity;
    this.#lookedAtMs = now();
    const concerned = this.#obstacles.advance(snapshots.networks);
    for (const { key } of this.#said.resources.differences(model.resources)) concerned.add(key);
    this.#said = model;
    const changes = fleet.look(model.revision);
    for (const id of changes.resources) concerned.add(id);
    this.#accountDue ||= changes.nodes;
    this.#instanceDue ||= changes.nodes || changes.progress;
    const isAccount = this.#accountDue && now() - this.#accountedAtMs >= betweenAccountsMs;
    if (isAccount) {
      this.#accountDue = false;
      this.#accountedAtMs = now();
      for (const id of model.resources.keys()) concerned.add(id);
    }
    const audiences = this.audiencesOf(model);
    for (const id of concerned) {
      const resource = model.resources.get(id);
      reporter.say(id, resource && this.reportOf(resource, model, audiences));
    }
    reporter.complete();
    this.sayInstance(model);
    const nextMs = fleet.nextLookMs;
    if (nextMs !== undefined) this.lookIn(nextMs);
    if (this.#accountDue) this.lookIn(this.#accountedAtMs + betweenAccountsMs - now());
  }

  /** All audiences that differ in what they are to have. */
  private audiencesOf(model: Model): readonly string[] {
    return scopesOf(model, this.#options.matchNodeCluster).map(keyOfScope);
  }

  private reportOf(resource: DeclaredResource, model: Model, audiences: readonly string[]): StatusReport {
    const { fleet, matchNodeCluster } = this.#options;
    const nodeCluster = matchNodeCluster ? nodeClusterOf(resource) : "";
    const isFor = nodeCluster === "" ? audiences : [keyOfScope({ of: "node-cluster", name: nodeCluster })];
    const withNodes = isFor.filter((audience) => fleet.hasNodes(audience));
    // Without any node, what would be in the way of the first one is told.
    const own = matchNodeCluster ? keyOfScope({ of: "node-cluster", name: nodeCluster }) : (isFor[0] ?? "");
    const looked = withNodes.length > 0 ? withNodes : [own];
    return reportOf({
      index: resource.index,
      violations: model.refused.get(resource.id),
      obstacles: looked.flatMap((audience) => this.#obstacles.of(resource.id, audience)),
      nodeCluster,
      tally: fleet.tally(resource.id, resource.index, isFor),
    });
  }

  private sayInstance({ revision }: Model): void {
    const { now, reporter, describe } = this.#options;
    if (revision === this.#instanceRevision && !this.#instanceDue) return;
    const waitMs = this.#instanceAtMs + betweenAccountsMs - now();
    if (waitMs > 0) {
      this.lookIn(waitMs);
      return;
    }
    this.#instanceAtMs = now();
    this.#instanceRevision = revision;
    this.#instanceDue = false;
    reporter.instance(revision, describe());
  }
}

/** Of a resource that is for the nodes of one cluster: that cluster. */
function nodeClusterOf({ spec }: DeclaredResource): string {
  switch (spec.kind) {
    case "http_ingress":
    case "service":
    case "routing_policy":
      return spec.value.xdsClusterName;
    case "instance_set":
    case "gateway_policy":
    case "process_trigger":
    case "unknown":
    case "undecodable":
      return "";
  }
}
