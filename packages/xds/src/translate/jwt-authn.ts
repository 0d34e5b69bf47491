import type {
  HttpFilter_JwtAuthn,
  HttpFilter_JwtAuthn_LocalJwks,
  HttpFilter_JwtAuthn_Provider,
  HttpFilter_JwtAuthn_RemoteJwks,
  HttpFilter_JwtAuthn_Rule,
} from "@protomesh/core/api";
import {
  JwtAuthentication,
  JwtProvider,
  RequirementRule,
} from "../generated/envoy/extensions/filters/http/jwt_authn/v3/config.js";
import { bounded } from "./duration.js";

/** How long Envoy waits for a key set when the declaration does not say; its API asks for a value. */
const defaultFetchTimeout = { seconds: 5n, nanos: 0 };

/** The filter that verifies JSON Web Tokens. Of its rules, the first whose prefix a path begins with counts. */
export function jwtAuthnOf({ providers, rules }: HttpFilter_JwtAuthn): JwtAuthentication {
  return JwtAuthentication.fromPartial({
    providers: Object.fromEntries(providers.map((provider) => [provider.providerName, providerOf(provider)])),
    rules: rules.map(ruleOf),
  });
}

function providerOf(provider: HttpFilter_JwtAuthn_Provider): JwtProvider {
  return JwtProvider.fromPartial({
    issuer: provider.issuer,
    audiences: provider.audiences,
    forward: provider.forward,
    fromHeaders: provider.fromHeaders.map(({ headerName: name, valuePrefix }) => ({ name, valuePrefix })),
    claimToHeaders: provider.claimToHeaders,
    jwksSourceSpecifier: keysOf(provider),
  });
}

function keysOf({ remoteJwks, localJwks }: HttpFilter_JwtAuthn_Provider): JwtProvider["jwksSourceSpecifier"] {
  if (remoteJwks !== undefined) return JwtProvider.fromPartial(remoteKeys(remoteJwks)).jwksSourceSpecifier;
  if (localJwks !== undefined) return JwtProvider.fromPartial(localKeys(localJwks)).jwksSourceSpecifier;
  return undefined;
}

function remoteKeys({ httpUri: uri, clusterName: cluster, timeout }: HttpFilter_JwtAuthn_RemoteJwks) {
  const httpUri = {
    uri,
    httpUpstreamType: { $case: "cluster", value: cluster },
    timeout: bounded(timeout) ?? defaultFetchTimeout,
  } as const;
  return { jwksSourceSpecifier: { $case: "remoteJwks", value: { httpUri } } } as const;
}

function localKeys({ inlineString, filename }: HttpFilter_JwtAuthn_LocalJwks) {
  const specifier =
    filename === ""
      ? ({ $case: "inlineString", value: inlineString } as const)
      : ({ $case: "filename", value: filename } as const);
  return { jwksSourceSpecifier: { $case: "localJwks", value: { specifier } } } as const;
}

/** Without providers a rule lets its paths pass without a token. */
function ruleOf({ matchPrefix, requiredProvidersNames: names }: HttpFilter_JwtAuthn_Rule): RequirementRule {
  const requirements = names.map((name) => ({ requiresType: { $case: "providerName", value: name } }) as const);
  const [only] = requirements;
  const requires =
    requirements.length > 1 ? ({ requiresType: { $case: "requiresAny", value: { requirements } } } as const) : only;
  return RequirementRule.fromPartial({
    match: { pathSpecifier: { $case: "prefix", value: matchPrefix } },
    requirementType: requires && { $case: "requires", value: requires },
  });
}
