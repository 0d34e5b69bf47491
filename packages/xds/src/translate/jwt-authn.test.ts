import { HttpFilter_JwtAuthn } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { JwtProvider, RequirementRule } from "../generated/envoy/extensions/filters/http/jwt_authn/v3/config.js";
import { jwtAuthnOf } from "./jwt-authn.js";

type Provider = NonNullable<Parameters<typeof HttpFilter_JwtAuthn.fromPartial>[0]["providers"]>[number];

interface ProviderCase {
  readonly title: string;
  readonly declared: Provider;
  readonly want: Parameters<typeof JwtProvider.fromPartial>[0];
}

test.each<ProviderCase>([
  {
    title: "issuer, audiences and forward",
    declared: { issuer: "https://id", audiences: ["a", "b"], forward: true },
    want: { issuer: "https://id", audiences: ["a", "b"], forward: true },
  },
  {
    title: "remote keys come through a cluster",
    declared: { remoteJwks: { httpUri: "https://id/keys", clusterName: "id", timeout: { seconds: 2n } } },
    want: {
      jwksSourceSpecifier: {
        $case: "remoteJwks",
        value: {
          httpUri: {
            uri: "https://id/keys",
            httpUpstreamType: { $case: "cluster", value: "id" },
            timeout: { seconds: 2n },
          },
        },
      },
    },
  },
  {
    title: "remote keys without a timeout get one, as Envoy insists on it",
    declared: { remoteJwks: { httpUri: "https://id/keys", clusterName: "id" } },
    want: {
      jwksSourceSpecifier: {
        $case: "remoteJwks",
        value: {
          httpUri: {
            uri: "https://id/keys",
            httpUpstreamType: { $case: "cluster", value: "id" },
            timeout: { seconds: 5n },
          },
        },
      },
    },
  },
  {
    title: "keys in place",
    declared: { localJwks: { inlineString: '{"keys":[]}' } },
    want: {
      jwksSourceSpecifier: {
        $case: "localJwks",
        value: { specifier: { $case: "inlineString", value: '{"keys":[]}' } },
      },
    },
  },
  {
    title: "keys in a file on Envoy's host",
    declared: { localJwks: { filename: "/etc/keys.json" } },
    want: {
      jwksSourceSpecifier: { $case: "localJwks", value: { specifier: { $case: "filename", value: "/etc/keys.json" } } },
    },
  },
  {
    title: "claims to headers",
    declared: { claimToHeaders: [{ headerName: "x-user", claimName: "sub" }] },
    want: { claimToHeaders: [{ headerName: "x-user", claimName: "sub" }] },
  },
  {
    title: "tokens from headers",
    declared: { fromHeaders: [{ headerName: "x-token", valuePrefix: "Token " }] },
    want: { fromHeaders: [{ name: "x-token", valuePrefix: "Token " }] },
  },
])("a provider: $title", ({ declared, want }) => {
  const { providers } = jwtAuthnOf(
    HttpFilter_JwtAuthn.fromPartial({ providers: [{ ...declared, providerName: "p" }] }),
  );
  expect(providers).toEqual({ p: JwtProvider.fromPartial(want) });
});

interface RuleCase {
  readonly title: string;
  readonly names: readonly string[];
  readonly want: Parameters<typeof RequirementRule.fromPartial>[0]["requirementType"];
}

const provider = (name: string) => ({ requiresType: { $case: "providerName", value: name } }) as const;

test.each<RuleCase>([
  { title: "no provider: its paths pass without a token", names: [], want: undefined },
  { title: "one provider", names: ["a"], want: { $case: "requires", value: provider("a") } },
  {
    title: "one of several providers",
    names: ["a", "b"],
    want: {
      $case: "requires",
      value: { requiresType: { $case: "requiresAny", value: { requirements: [provider("a"), provider("b")] } } },
    },
  },
])("a rule: $title", ({ names, want }) => {
  const { rules } = jwtAuthnOf(
    HttpFilter_JwtAuthn.fromPartial({ rules: [{ matchPrefix: "/api", requiredProvidersNames: [...names] }] }),
  );
  expect(rules).toEqual([
    RequirementRule.fromPartial({
      match: { pathSpecifier: { $case: "prefix", value: "/api" } },
      requirementType: want,
    }),
  ]);
});

test("rules keep their order, as the first that fits counts", () => {
  const { rules } = jwtAuthnOf(
    HttpFilter_JwtAuthn.fromPartial({ rules: [{ matchPrefix: "/b" }, { matchPrefix: "/a" }] }),
  );
  expect(rules.map(({ match }) => match?.pathSpecifier?.value)).toEqual(["/b", "/a"]);
});
