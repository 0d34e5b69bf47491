import type { Explanation } from "./explanation.js";
import type { GatewayAnswer } from "./gateway-answer.js";
import type { ExplainedAnswer } from "./node-answers.js";
import type { Known } from "./report.js";

/** For programs: the same, with the resources by kind and name. */
export function explanationData({ asked, nodes, gateways }: Explanation, known: Known): object {
  return {
    request: asked,
    envoys: nodes.map(({ nodes: which, answers, missing }) => ({
      nodes: which,
      answers: answers.map((answer) => answerData(answer, asked.query, known)),
      missing,
    })),
    gateways: gateways.map((answer) => gatewayData(answer, known)),
    standings: Object.fromEntries([...known.standings].map(([id, standing]) => [known.label(id), standing])),
  };
}

function answerData(
  { ingress, filtered, domain, route, service, setIds, instances, status, missing, conflicts }: ExplainedAnswer,
  query: string,
  { label }: Known,
): object {
  return {
    ingress: label(ingress.id),
    port: ingress.value.listenPort,
    tokensOf: filtered.tokensOf,
    virtualHost: domain,
    ...(route !== undefined && {
      route: { policy: label(route.policy.id), match: route.match, asksFor: `${route.path}${query}` },
    }),
    ...(service !== undefined && { service: label(service.id) }),
    instanceSets: setIds.map(label),
    instances: instances.map(({ address, port }) => ({ address, port })),
    status,
    missing,
    conflicts: conflicts.map(({ loserId, message }) => ({ loser: label(loserId), message })),
  };
}

function gatewayData({ path, policy, isHealthCheck, loserIds, missing }: GatewayAnswer, { label }: Known): object {
  return {
    path,
    ...(policy !== undefined && { policy: label(policy.id), match: policy.match, functions: policy.chain }),
    isHealthCheck,
    losers: loserIds.map(label),
    missing,
  };
}
