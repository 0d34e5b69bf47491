import type { RoutingPolicy, RoutingPolicy_Cors, RoutingPolicy_Route } from "../../api.js";
import { domain } from "./host.js";
import { duration } from "./number.js";
import { filled, headerName, httpToken, pathPrefix } from "./text.js";
import type { RuleViolation } from "./violation.js";

export function routingPolicyViolations(at: string, policy: RoutingPolicy): RuleViolation[] {
  return [
    ...filled(`${at}.ingress_name`, policy.ingressName, "the ingress_name of an HTTP ingress"),
    ...domain(`${at}.domain`, policy.domain),
    ...policy.routes.flatMap((route, index) => routeViolations(`${at}.routes[${index}]`, route)),
    ...(policy.cors === undefined ? [] : corsViolations(`${at}.cors`, policy.cors)),
  ];
}

function routeViolations(at: string, route: RoutingPolicy_Route): RuleViolation[] {
  return [
    ...pathPrefix(`${at}.match_prefix`, route.matchPrefix),
    ...filled(`${at}.target_service`, route.targetService, "the service_name of a service"),
    ...duration(`${at}.timeout`, route.timeout),
    ...(route.prefixRewrite === "" ? [] : pathPrefix(`${at}.prefix_rewrite`, route.prefixRewrite)),
  ];
}

function corsViolations(at: string, cors: RoutingPolicy_Cors): RuleViolation[] {
  return [
    ...cors.allowOriginStringMatchPrefix.flatMap((origin, index) =>
      filled(
        `${at}.allow_origin_string_match_prefix[${index}]`,
        origin,
        "the beginning of an origin, such as https://",
      ),
    ),
    ...cors.allowMethods.flatMap((method, index) =>
      httpToken(`${at}.allow_methods[${index}]`, method, "a method, such as GET, or *"),
    ),
    ...headerNames(`${at}.allow_headers`, cors.allowHeaders),
    ...headerNames(`${at}.expose_headers`, cors.exposeHeaders),
    ...duration(`${at}.max_age`, cors.maxAge),
  ];
}

function headerNames(field: string, names: readonly string[]): RuleViolation[] {
  return names.flatMap((name, index) => headerName(`${field}[${index}]`, name));
}
