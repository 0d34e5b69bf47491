import type { HttpFilter, HttpIngress } from "../../api.js";
import { jwtAuthnViolations } from "./jwt-authn.js";
import { port } from "./number.js";
import { filled, pathPrefix } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

export function httpIngressViolations(at: string, ingress: HttpIngress): RuleViolation[] {
  return [
    ...filled(`${at}.ingress_name`, ingress.ingressName, "the listener's name, to which routing policies refer"),
    ...port(`${at}.listen_port`, ingress.listenPort),
    ...(ingress.onDemandVirtualHosts && ingress.scopedVirtualHosts
      ? [violation(`${at}.scoped_virtual_hosts`, true, "false together with on_demand_virtual_hosts")]
      : []),
    ...ingress.httpFilters.flatMap((filter, index) => filterViolations(`${at}.http_filters[${index}]`, filter)),
  ];
}

function filterViolations(at: string, { filter }: HttpFilter): RuleViolation[] {
  switch (filter?.$case) {
    case undefined:
      return [violation(`${at}.filter`, undefined, "one of cors, health_check, grpc_web, jwt_authn")];
    case "cors":
    case "grpcWeb":
      return [];
    case "healthCheck":
      return pathPrefix(`${at}.health_check.path`, filter.value.path);
    case "jwtAuthn":
      return jwtAuthnViolations(`${at}.jwt_authn`, filter.value);
  }
}
