import { httpIngress, routingPolicy } from "@protomesh/testing";
import type { Resource } from "@protomesh/core/api";
import { answerOf, type Question } from "./ask.js";
import { startTwoServices, type TwoServices } from "./two-services.js";

/** A CA bundle that no Envoy can read: services with TLS are rejected. */
export const noCa = "/nowhere/ca.pem";

export interface RoutesScene extends TwoServices {
  /** How a path is answered now: `200 a /x`, or that nobody answers. */
  readonly answer: (path: string, question?: Question & { readonly at?: number }) => () => Promise<string>;
}

/** The ingress `public`, all of whose requests the service `a` answers. */
export async function startRoutes(): Promise<RoutesScene> {
  const scene = await startTwoServices((port) => [httpIngress({ spec: { listenPort: port } }), routes({ "/": "a" })], {
    "envoy.xds.upstream.ca.path": noCa,
  });
  const answer: RoutesScene["answer"] =
    (path, { at = scene.port, ...question } = {}) =>
    async () =>
      answerOf(at, path, question);
  return { ...scene, answer };
}

/** A policy of the ingress `public` for any domain, by prefix and service. */
export function routes(
  targets: Readonly<Record<string, string>>,
  {
    name = "routes",
    ...spec
  }: { readonly name?: string } & NonNullable<Parameters<typeof routingPolicy>[0]>["spec"] = {},
): Resource {
  const declared = Object.entries(targets).map(([matchPrefix, targetService]) => ({ matchPrefix, targetService }));
  return routingPolicy({ name, spec: { routes: declared, ...spec } });
}
