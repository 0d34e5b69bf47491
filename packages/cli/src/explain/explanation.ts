import { declaredResourceOf, type WatchBatch } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import * as gateway from "@protomesh/gateway";
import * as xds from "@protomesh/xds";
import type { AskedRequest } from "./asked-request.js";
import { gatewayAnswer, type GatewayAnswer } from "./gateway-answer.js";
import { nodeAnswers, type NodeAnswers, type NodeOptions } from "./node-answers.js";

/** Who would answer a request, by what is declared. */
export interface Explanation {
  readonly asked: AskedRequest;
  readonly nodes: readonly NodeAnswers[];
  /** One for each path that a gateway may be asked for. */
  readonly gateways: readonly GatewayAnswer[];
}

/**
 * Foresees an answer by the very functions that xDS servers and gateways serve by.
 * @param resources all that a namespace holds at a revision
 */
export function explanationOf(resources: readonly Resource[], asked: AskedRequest, options: NodeOptions): Explanation {
  const batch: WatchBatch = {
    reset: true,
    history: "",
    revision: 0n,
    updated: resources.map(declaredResourceOf),
    dropped: [],
  };
  const nodes = nodeAnswers(xds.applyBatch(xds.emptyModel, batch), asked, options);
  const policies = gateway.applyBatch(gateway.emptyModel, batch);
  const isForwarded = nodes.some(({ answers }) => answers.some(({ status }) => status === undefined));
  // Nobody means a gateway where there are no policies for one.
  if (isForwarded && policies.policies.size + policies.invalid.size === 0) return { asked, nodes, gateways: [] };
  const paths = new Set(nodes.flatMap(({ answers }) => answers.flatMap(({ route }) => route?.path ?? [])));
  // Without an Envoy that leads elsewhere, somebody may ask a gateway directly.
  if (paths.size === 0) paths.add(asked.path);
  return { asked, nodes, gateways: [...paths].map((path) => gatewayAnswer(policies, asked, path)) };
}

/** Whether somebody answers who is there for it. */
export function isAnswered({ nodes, gateways }: Explanation): boolean {
  const byEnvoy = nodes.some(({ answers }) => answers.some(({ status }) => status === undefined || status === 200));
  return byEnvoy || gateways.some(({ policy, isHealthCheck }) => policy !== undefined || isHealthCheck);
}

/** The ids of the resources that an explanation rests on. */
export function resourcesIn({ nodes, gateways }: Explanation): ReadonlySet<string> {
  const ofNodes = nodes.flatMap(({ answers }) =>
    answers.flatMap(({ ingress, route, service, setIds }) => [ingress.id, route?.policy.id, service?.id, ...setIds]),
  );
  const all = [...ofNodes, ...gateways.map(({ policy }) => policy?.id)];
  return new Set(all.filter((id) => id !== undefined));
}
