import type { HttpIngress } from "@protomesh/core/api";
import { networkOf, scopeOf, type Declared, type Model, type Network, type Scope } from "@protomesh/xds";
import type { AskedRequest } from "./asked-request.js";
import { ingressAnswer, type IngressAnswer } from "./ingress-answer.js";
import { missingOf, nobodyListens } from "./missing.js";

/** What some of the Envoys would make of a request; all of them alike. */
export interface NodeAnswers {
  /** Such as `every node`, `nodes of cluster edge`. */
  readonly nodes: string;
  /** By ingress; none: the connection is refused. */
  readonly answers: readonly ExplainedAnswer[];
  /** What keeps the request from being answered, where no ingress takes it. */
  readonly missing: readonly string[];
}

export interface ExplainedAnswer extends IngressAnswer {
  readonly missing: readonly string[];
  /** Declarations that lose to those that answer. */
  readonly conflicts: readonly { readonly loserId: string; readonly message: string }[];
}

export interface NodeOptions {
  /** Only at the ingress of this name, wherever it listens. */
  readonly ingressName?: string | undefined;
  /** Only nodes of this cluster. */
  readonly nodeCluster?: string | undefined;
  /** False where the xDS servers give everything to every node. */
  readonly matchNodeCluster: boolean;
}

/** What every Envoy would make of a request; those that do the same are told once. */
export function nodeAnswers(model: Model, asked: AskedRequest, options: NodeOptions): readonly NodeAnswers[] {
  const clusters = clustersOf(model, options);
  const groups = new Map<string, { readonly clusters: string[]; readonly told: Omit<NodeAnswers, "nodes"> }>();
  for (const cluster of clusters) {
    const scope = scopeOf(model, cluster, options.matchNodeCluster);
    const told = answersIn(model, scope, asked, options.ingressName);
    const key = JSON.stringify(told, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { clusters: [cluster], told });
    else group.clusters.push(cluster);
  }
  return [...groups.values()].map((group) => ({
    nodes: nodesText(group.clusters, clusters.length, options),
    ...group.told,
  }));
}

/** The clusters of nodes that may be given different things; the empty one stands for all that no declaration names. */
function clustersOf(model: Model, { nodeCluster, matchNodeCluster }: NodeOptions): readonly string[] {
  if (nodeCluster !== undefined) return [nodeCluster];
  if (!matchNodeCluster) return [""];
  return [...[...model.nodeClusters.keys()].filter((name) => name !== "").sort(), ""];
}

function nodesText(clusters: readonly string[], all: number, { nodeCluster }: NodeOptions): string {
  if (nodeCluster === undefined && clusters.length === all) return "every node";
  const named = clusters.filter((name) => name !== "");
  const texts = [
    ...(named.length > 0 ? [`nodes of cluster ${named.join(", ")}`] : []),
    ...(clusters.includes("") ? ["all other nodes"] : []),
  ];
  return texts.join(" and ");
}

function answersIn(
  model: Model,
  scope: Scope,
  asked: AskedRequest,
  ingressName: string | undefined,
): Omit<NodeAnswers, "nodes"> {
  const network = networkOf(model, scope);
  const ingresses = ingressesFor(network, asked, ingressName);
  const answers = ingresses.map((ingress) => {
    const answer = ingressAnswer(network, ingress, asked);
    return { ...answer, missing: missingOf(model, network, answer, asked), conflicts: conflictsWith(network, answer) };
  });
  return { answers, missing: answers.length === 0 ? nobodyListens(model, network, asked, ingressName) : [] };
}

/**
 * Where the request may arrive: at the port that it goes to. Where that is one that was not named, or is not known,
 * somebody in front may lead it to any ingress.
 */
function ingressesFor(
  network: Network,
  { port, isPortNamed }: AskedRequest,
  ingressName: string | undefined,
): readonly Declared<HttpIngress>[] {
  const all = [...network.ingresses.values()].sort((a, b) => (a.value.ingressName < b.value.ingressName ? -1 : 1));
  if (ingressName !== undefined) return all.filter(({ value }) => value.ingressName === ingressName);
  const atPort = all.filter(({ value }) => value.listenPort === port);
  return atPort.length > 0 || isPortNamed ? atPort : all;
}

function conflictsWith(
  network: Network,
  { ingress, domain, route, service }: IngressAnswer,
): ExplainedAnswer["conflicts"] {
  const contended = [
    "ingresses",
    ...(domain === undefined ? [] : [`routes ${ingress.value.ingressName}/${domain}`]),
    ...(service === undefined ? [] : [`service ${service.value.serviceName}`]),
  ];
  const winners = [ingress.id, route?.policy.id, service?.id];
  return contended
    .flatMap((name) => network.conflicts.get(name) ?? [])
    .filter((conflict) => "winnerId" in conflict && winners.includes(conflict.winnerId))
    .map(({ resourceId: loserId, message }) => ({ loserId, message }));
}
