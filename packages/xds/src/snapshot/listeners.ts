import type { HttpIngress } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import type { Network } from "../network/network.js";
import { ingressApiListenerOf, serviceApiListenerOf } from "../translate/api-listener.js";
import { listenerOf } from "../translate/listener.js";
import { routesNameOf } from "../translate/routes-name.js";
import { isScoped } from "../translate/scoped-route.js";
import { attempted } from "./attempted.js";
import { listenerResource } from "./serialise.js";
import type { TranslationOptions } from "./snapshot.js";
import { holding, type XdsResource } from "./xds-resource.js";

type Change = readonly [name: string, resource: XdsResource | undefined];

/** The listeners that may differ between two networks: for Envoy the ports, for gRPC the names that it can call. */
export function* changedListeners(before: Network, after: Network, options: TranslationOptions): Iterable<Change> {
  for (const { key: name, after: ingress } of before.ingresses.differences(after.ingresses)) {
    const translate = (): Change =>
      options.program === "grpc"
        ? [name, grpcListener(after, name, options)]
        : [name, ingress && portListener(ingress, options)];
    yield* attempted(`listener ${name}`, translate, options.failed);
  }
  if (options.program !== "grpc") return;
  for (const { key: name } of before.clusters.differences(after.clusters)) {
    const translate = (): Change => [name, grpcListener(after, name, options)];
    yield* attempted(`listener ${name}`, translate, options.failed);
  }
}

function portListener(ingress: Declared<HttpIngress>, options: TranslationOptions): XdsResource {
  const listener = listenerResource(listenerOf(ingress.value, options), [ingress]);
  const held = holding(listener, `${ingress.value.listenPort}`);
  if (isScoped(ingress.value, options.program)) return held;
  return { ...held, routes: routesNameOf(ingress.value, options.sources) };
}

/** An ingress of a name before a service of that name. */
function grpcListener(network: Network, name: string, { sources }: TranslationOptions): XdsResource | undefined {
  const ingress = network.ingresses.get(name);
  if (ingress !== undefined) return listenerResource(ingressApiListenerOf(name, sources), [ingress]);
  const cluster = network.clusters.get(name);
  return cluster && listenerResource(serviceApiListenerOf(name), [cluster.service]);
}
