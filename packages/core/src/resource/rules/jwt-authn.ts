import type {
  HttpFilter_JwtAuthn,
  HttpFilter_JwtAuthn_LocalJwks,
  HttpFilter_JwtAuthn_Provider,
  HttpFilter_JwtAuthn_RemoteJwks,
  HttpFilter_JwtAuthn_Rule,
} from "../../api.js";
import { parsedJson } from "./json.js";
import { duration } from "./number.js";
import { filled, headerName, pathPrefix } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

export function jwtAuthnViolations(at: string, { providers, rules }: HttpFilter_JwtAuthn): RuleViolation[] {
  const names = providers.map(({ providerName }) => providerName);
  return [
    ...providers.flatMap((provider, index) => providerViolations(`${at}.providers[${index}]`, provider)),
    ...names.flatMap((name, index) =>
      repetition(`${at}.providers[${index}].provider_name`, name, names.indexOf(name) < index),
    ),
    ...rules.flatMap((rule, index) => ruleViolations(`${at}.rules[${index}]`, rule, names)),
  ];
}

function repetition(field: string, name: string, repeated: boolean): RuleViolation[] {
  return repeated && name !== "" ? [violation(field, name, "a name that no other provider has")] : [];
}

function providerViolations(at: string, provider: HttpFilter_JwtAuthn_Provider): RuleViolation[] {
  return [
    ...filled(`${at}.provider_name`, provider.providerName, "a name, to which rules refer"),
    ...keyViolations(at, provider),
    ...provider.claimToHeaders.flatMap(({ headerName: header, claimName }, index) => [
      ...headerName(`${at}.claim_to_headers[${index}].header_name`, header),
      ...filled(`${at}.claim_to_headers[${index}].claim_name`, claimName, "the name of a claim"),
    ]),
    ...provider.fromHeaders.flatMap(({ headerName: header }, index) =>
      headerName(`${at}.from_headers[${index}].header_name`, header),
    ),
  ];
}

/** Exactly one place that the keys come from. */
function keyViolations(at: string, { remoteJwks, localJwks }: HttpFilter_JwtAuthn_Provider): RuleViolation[] {
  if (remoteJwks !== undefined && localJwks !== undefined) {
    return [violation(`${at}.local_jwks`, "local_jwks beside remote_jwks", "only one of the two")];
  }
  if (remoteJwks !== undefined) return remoteViolations(`${at}.remote_jwks`, remoteJwks);
  if (localJwks !== undefined) return localViolations(`${at}.local_jwks`, localJwks);
  return [violation(`${at}.remote_jwks`, undefined, "remote_jwks or local_jwks")];
}

function remoteViolations(at: string, jwks: HttpFilter_JwtAuthn_RemoteJwks): RuleViolation[] {
  const isHttp = /^https?:\/\//i.test(jwks.httpUri) && URL.canParse(jwks.httpUri);
  return [
    ...(isHttp ? [] : [violation(`${at}.http_uri`, jwks.httpUri, "an http:// or https:// address")]),
    ...filled(`${at}.cluster_name`, jwks.clusterName, "the cluster through which the keys are fetched"),
    ...duration(`${at}.timeout`, jwks.timeout),
  ];
}

function localViolations(at: string, { inlineString, filename }: HttpFilter_JwtAuthn_LocalJwks): RuleViolation[] {
  if (inlineString !== "" && filename !== "") {
    return [violation(`${at}.filename`, filename, "only one of inline_string and filename")];
  }
  if (filename !== "" || isKeySet(inlineString)) return [];
  return [violation(`${at}.inline_string`, inlineString, 'a JSON Web Key Set, such as {"keys": […]}, or a filename')];
}

function isKeySet(text: string): boolean {
  const parsed = parsedJson(text);
  return typeof parsed === "object" && parsed !== null && "keys" in parsed && Array.isArray(parsed.keys);
}

function ruleViolations(at: string, rule: HttpFilter_JwtAuthn_Rule, providers: readonly string[]): RuleViolation[] {
  return [
    ...pathPrefix(`${at}.match_prefix`, rule.matchPrefix),
    ...rule.requiredProvidersNames.flatMap((name, index) =>
      providers.includes(name)
        ? []
        : [violation(`${at}.required_providers_names[${index}]`, name, "the name of a provider of this filter")],
    ),
  ];
}
