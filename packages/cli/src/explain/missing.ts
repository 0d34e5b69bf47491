import type { Model, Network } from "@protomesh/xds";
import { typeNameOf, type DeclaredResource } from "@protomesh/core";
import type { AskedRequest } from "./asked-request.js";
import type { IngressAnswer } from "./ingress-answer.js";

/** Why nothing answers where a request goes. */
export function nobodyListens(
  model: Model,
  network: Network,
  { port }: AskedRequest,
  ingressName: string | undefined,
): readonly string[] {
  const known = [...network.ingresses.values()].map(({ value }) => `${value.ingressName} on ${value.listenPort}`);
  const there = known.length === 0 ? "there is no ingress" : `ingresses are ${shortList(known)}`;
  const wanted = ingressName === undefined ? `nothing listens on port ${port}` : `there is no ingress ${ingressName}`;
  return [
    known.length === 0 && ingressName === undefined ? "there is no ingress" : `${wanted}; ${there}`,
    ...refused(model, ({ spec }) => spec.kind === "http_ingress"),
  ];
}

/** What keeps a request from being answered as it arrives at an ingress, and what to know besides. */
export function missingOf(
  model: Model,
  network: Network,
  { ingress, filtered, domain, route, service, instances }: IngressAnswer,
  { tls, host, path }: AskedRequest,
): readonly string[] {
  const { ingressName } = ingress.value;
  const plain = tls ? [`${ingressName} speaks HTTP without TLS: https takes somebody in front who ends TLS`] : [];
  if (filtered.isHealthCheck) return plain;
  if (route === undefined) {
    const hosts = network.virtualHosts.get(ingressName);
    const policies = refused(
      model,
      ({ spec }) => spec.kind === "routing_policy" && spec.value.ingressName === ingressName,
    );
    const domains = [...(hosts?.keys() ?? [])];
    if (domain !== undefined) {
      const prefixes = [...(hosts?.get(domain)?.routes.keys() ?? [])];
      const there = prefixes.length === 0 ? "has no routes" : `has routes for ${shortList(prefixes)}`;
      return [...plain, `no route takes ${path}: domain ${domain} of ${ingressName} ${there}`, ...policies];
    }
    if (domains.length === 0) return [...plain, `no routing policy is for ${ingressName}`, ...policies];
    return [
      ...plain,
      `no domain of ${ingressName} takes ${host ?? "any host"}; there are ${shortList(domains)}`,
      ...policies,
    ];
  }
  const name = route.route.targetService;
  if (service === undefined) {
    const elsewhere = (model.services.get(name) ?? []).map(({ value }) => value.xdsClusterName);
    const refusals = refused(model, ({ spec }) => spec.kind === "service" && spec.value.serviceName === name);
    if (elsewhere.length > 0) return [...plain, `service ${name} is only for nodes of cluster ${shortList(elsewhere)}`];
    return [...plain, `service ${name} is not declared`, ...refusals];
  }
  if (instances.length > 0) return plain;
  const sets = model.instanceSets.get(name) ?? [];
  return [
    ...plain,
    sets.length === 0
      ? `no instance set names service ${name}`
      : `the instance sets of service ${name} hold no instance that speaks TCP`,
    ...refused(model, ({ spec }) => spec.kind === "instance_set" && spec.value.matchServiceNames.includes(name)),
  ];
}

/** Resources that no Envoy could take, and why. */
function refused(
  { resources, refused: all }: Model,
  concerns: (resource: DeclaredResource) => boolean,
): readonly string[] {
  return [...all].flatMap(([id, violations]) => {
    const resource = resources.get(id);
    if (resource === undefined || !concerns(resource)) return [];
    const label = `${resource.spec.kind === "unknown" ? typeNameOf(resource.spec.typeUrl) : resource.spec.kind}/${resource.name}`;
    return violations.map(({ field, description }) => `${label} cannot be carried out: ${field} ${description}`);
  });
}

const shown = 8;

function shortList(texts: readonly string[]): string {
  const more = texts.length > shown ? `, and ${texts.length - shown} more` : "";
  return texts.slice(0, shown).join(", ") + more;
}
