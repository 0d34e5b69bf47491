import { envoyPath, httpIngress, routingPolicy } from "@protomesh/testing";
import { afterEach, beforeEach } from "vitest";
import type { Resource } from "@protomesh/core/api";
import { answerOf, type Question } from "./ask.js";
import { startTwoServices, type TwoServices } from "./two-services.js";

/** A CA bundle that no Envoy can read: services with TLS are rejected. */
export const noCa = "/nowhere/ca.pem";

let scene: TwoServices;

// Each of the running test's own.
export let environment: TwoServices["environment"];
export let a: TwoServices["a"];
export let b: TwoServices["b"];
/** The port of the ingress. */
export let port: number;

/** Has every test of the file that says so begin with the ingress `public`, all of whose requests the service `a` answers. */
export function useRoutes(): void {
  beforeEach(async (context) => {
    envoyPath(context);
    scene = await startTwoServices((listenPort) => [httpIngress({ spec: { listenPort } }), routes({ "/": "a" })], {
      "envoy.xds.upstream.ca.path": noCa,
    });
    ({ environment, a, b, port } = scene);
  });
  afterEach(async () => scene.stop());
}

/** How a path is answered now: `200 a /x`, or that nobody answers. */
export function answer(path: string, { at = port, ...question }: Question & { readonly at?: number } = {}) {
  return async (): Promise<string> => answerOf(at, path, question);
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
