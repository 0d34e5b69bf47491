import { expect, test } from "vitest";
import { HttpFilter, HttpFilter_JwtAuthn_Provider, HttpIngress } from "../../api.js";
import { told } from "./told.js";

type Change = Parameters<typeof HttpIngress.fromPartial>[0];

function ingress(change: Change): HttpIngress {
  return HttpIngress.fromPartial({ ingressName: "edge", listenPort: 10_000, ...change });
}

/** An ingress with one jwt_authn filter. */
function guarded(
  provider: Parameters<typeof HttpFilter_JwtAuthn_Provider.fromPartial>[0],
  rules: string[][] = [],
): HttpIngress {
  const value = {
    providers: [HttpFilter_JwtAuthn_Provider.fromPartial({ providerName: "p", ...provider })],
    rules: rules.map((requiredProvidersNames) => ({ matchPrefix: "/", requiredProvidersNames })),
  };
  return ingress({ httpFilters: [HttpFilter.fromPartial({ filter: { $case: "jwtAuthn", value } })] });
}

const keys = { inlineString: '{"keys":[]}' };

test.each<{ title: string; change: HttpIngress; want: string[] }>([
  { title: "name and port are enough", change: ingress({}), want: [] },
  { title: "the greatest port", change: ingress({ listenPort: 65_535 }), want: [] },
  {
    title: "no name",
    change: ingress({ ingressName: "" }),
    want: ["spec.http_ingress.ingress_name: is empty; expected the listener's name, to which routing policies refer"],
  },
  {
    title: "port 0",
    change: ingress({ listenPort: 0 }),
    want: ["spec.http_ingress.listen_port: 0 is not valid; expected a port from 1 to 65535"],
  },
  {
    title: "port 65536",
    change: ingress({ listenPort: 65_536 }),
    want: ["spec.http_ingress.listen_port: 65536 is not valid; expected a port from 1 to 65535"],
  },
  { title: "a scope for each domain", change: ingress({ scopedVirtualHosts: true }), want: [] },
  {
    title: "virtual hosts in two ways",
    change: ingress({ scopedVirtualHosts: true, onDemandVirtualHosts: true }),
    want: [
      "spec.http_ingress.scoped_virtual_hosts: true is not valid; expected false together with on_demand_virtual_hosts",
    ],
  },
  {
    title: "a filter of no kind",
    change: ingress({ httpFilters: [{ filter: { $case: "cors", value: { enable: true } } }, {}] }),
    want: [
      "spec.http_ingress.http_filters[1].filter: is missing; expected one of cors, health_check, grpc_web, jwt_authn",
    ],
  },
  {
    title: "a health check without a path",
    change: ingress({ httpFilters: [{ filter: { $case: "healthCheck", value: { path: "" } } }] }),
    want: [
      "spec.http_ingress.http_filters[0].health_check.path: is empty; expected a path that begins with /, without spaces, ? and #",
    ],
  },
  {
    title: "NUL in a log format",
    change: ingress({ accessLogStdoutFormat: "a\u0000" }),
    want: [
      String.raw`spec.http_ingress.access_log_stdout_format: "a\u0000" is not valid; expected text without NUL characters`,
    ],
  },
  {
    title: "NUL deep in a oneof's member",
    change: guarded({ issuer: "a\u0000", localJwks: keys }),
    want: [
      String.raw`spec.http_ingress.http_filters[0].jwt_authn.providers[0].issuer: "a\u0000" is not valid; expected text without NUL characters`,
    ],
  },
  { title: "an inline key set", change: guarded({ localJwks: keys }, [["p"], []]), want: [] },
])("http_ingress: $title", ({ change, want }) => {
  expect(told({ kind: "http_ingress", value: change })).toEqual(want);
});

const provider = "spec.http_ingress.http_filters[0].jwt_authn.providers[0]";

test.each<{ title: string; change: HttpIngress; want: string }>([
  {
    title: "no keys",
    change: guarded({}),
    want: `${provider}.remote_jwks: is missing; expected remote_jwks or local_jwks`,
  },
  {
    title: "keys from two places",
    change: guarded({ localJwks: keys, remoteJwks: { httpUri: "https://x", clusterName: "c" } }),
    want: `${provider}.local_jwks: "local_jwks beside remote_jwks" is not valid; expected only one of the two`,
  },
  {
    title: "inline keys beside a file",
    change: guarded({ localJwks: { ...keys, filename: "/jwks.json" } }),
    want: `${provider}.local_jwks.filename: "/jwks.json" is not valid; expected only one of inline_string and filename`,
  },
  {
    title: "inline keys that are no key set",
    change: guarded({ localJwks: { inlineString: "[]" } }),
    want: `${provider}.local_jwks.inline_string: "[]" is not valid; expected a JSON Web Key Set, such as {"keys": […]}, or a filename`,
  },
  {
    title: "no provider name",
    change: guarded({ providerName: "", localJwks: keys }),
    want: `${provider}.provider_name: is empty; expected a name, to which rules refer`,
  },
  {
    title: "a key address that is not of the web",
    change: guarded({ remoteJwks: { httpUri: "issuer.example/jwks", clusterName: "c" } }),
    want: `${provider}.remote_jwks.http_uri: "issuer.example/jwks" is not valid; expected an http:// or https:// address`,
  },
  {
    title: "no cluster for the keys",
    change: guarded({ remoteJwks: { httpUri: "https://issuer.example/jwks" } }),
    want: `${provider}.remote_jwks.cluster_name: is empty; expected the cluster through which the keys are fetched`,
  },
  {
    title: "a negative timeout",
    change: guarded({ remoteJwks: { httpUri: "https://x", clusterName: "c", timeout: { seconds: -1n, nanos: 0 } } }),
    want: `${provider}.remote_jwks.timeout: "-1s" is not valid; expected a duration from 0s to 315576000000s`,
  },
  {
    title: "a claim without a header",
    change: guarded({ localJwks: keys, claimToHeaders: [{ headerName: "x y", claimName: "sub" }] }),
    want: `${provider}.claim_to_headers[0].header_name: "x y" is not valid; expected a header name, such as x-user-id`,
  },
  {
    title: "a header without a claim",
    change: guarded({ localJwks: keys, claimToHeaders: [{ headerName: "x-sub", claimName: "" }] }),
    want: `${provider}.claim_to_headers[0].claim_name: is empty; expected the name of a claim`,
  },
  {
    title: "a token from nowhere",
    change: guarded({ localJwks: keys, fromHeaders: [{ headerName: "" }] }),
    want: `${provider}.from_headers[0].header_name: is empty; expected a header name, such as x-user-id`,
  },
  {
    title: "a rule that names no provider of the filter",
    change: guarded({ localJwks: keys }, [["p", "q"]]),
    want: 'spec.http_ingress.http_filters[0].jwt_authn.rules[0].required_providers_names[1]: "q" is not valid; expected the name of a provider of this filter',
  },
])("jwt_authn: $title", ({ change, want }) => {
  expect(told({ kind: "http_ingress", value: change })).toEqual([want]);
});

test("jwt_authn: two providers with one name", () => {
  const one = { providerName: "p", localJwks: keys };
  const value = ingress({ httpFilters: [{ filter: { $case: "jwtAuthn", value: { providers: [one, one] } } }] });
  expect(told({ kind: "http_ingress", value })).toEqual([
    'spec.http_ingress.http_filters[0].jwt_authn.providers[1].provider_name: "p" is not valid; expected a name that no other provider has',
  ]);
});
