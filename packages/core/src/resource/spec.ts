import {
  type Any,
  GatewayPolicy,
  type HttpIngress,
  type InstanceSet,
  NetworkingNode,
  Process,
  type RoutingPolicy,
  type Service,
  type Trigger,
} from "../api.js";
import { canonicalBytes } from "./wire/canonical.js";
import { carriers, carriesKinds, kindOf, typeNameOf, typeUrlOf } from "./kind.js";
import { malformation } from "./wire/malformation.js";

/** A declaration of one of the six kinds. */
export type KnownSpec =
  | { readonly kind: "http_ingress"; readonly value: HttpIngress }
  | { readonly kind: "service"; readonly value: Service }
  | { readonly kind: "instance_set"; readonly value: InstanceSet }
  | { readonly kind: "routing_policy"; readonly value: RoutingPolicy }
  | { readonly kind: "gateway_policy"; readonly value: GatewayPolicy }
  | { readonly kind: "process_trigger"; readonly value: Trigger };

/** What a resource declares, as far as this build understands it. */
export type Spec =
  | KnownSpec
  /** Another type, no type at all, or a carrier with none of the members that this build knows. */
  | { readonly kind: "unknown"; readonly typeUrl: string; readonly value: Uint8Array }
  /** A known type whose bytes are damaged. */
  | { readonly kind: "undecodable"; readonly typeUrl: string; readonly reason: string };

/** What the Any of a resource declares. Never throws. */
export function decodeSpec(spec: Any | undefined): Spec {
  if (spec === undefined) return { kind: "unknown", typeUrl: "", value: new Uint8Array() };
  const { typeUrl, value } = spec;
  if (!carriesKinds(typeUrl)) return { kind: "unknown", typeUrl, value };
  const reason = malformation(typeNameOf(typeUrl), value);
  if (reason !== undefined) return { kind: "undecodable", typeUrl, reason };
  return decodeKnown(spec) ?? { kind: "unknown", typeUrl, value };
}

function decodeKnown(spec: Any): KnownSpec | undefined {
  const kind = kindOf(spec);
  switch (kind) {
    case "http_ingress":
    case "service":
    case "routing_policy":
    case "instance_set":
      return specOfNode(NetworkingNode.decode(spec.value));
    case "gateway_policy":
      return { kind, value: GatewayPolicy.decode(spec.value) };
    case "process_trigger": {
      const { process } = Process.decode(spec.value);
      return process && { kind, value: process.value };
    }
    case "unknown":
      return undefined;
  }
}

function specOfNode({ networkingNode: node }: NetworkingNode): KnownSpec | undefined {
  switch (node?.$case) {
    case "httpIngress":
      return { kind: "http_ingress", value: node.value };
    case "service":
      return { kind: "service", value: node.value };
    case "routingPolicy":
      return { kind: "routing_policy", value: node.value };
    case "instanceSet":
      return { kind: "instance_set", value: node.value };
    case undefined:
      return undefined;
  }
}

/**
 * The Any that declares a spec, in the byte order that existing clients write, so that one declaration has one hash,
 * whichever tool made it.
 */
export function encodeSpec(spec: KnownSpec): Any {
  const { typeName } = carriers[spec.kind];
  return { typeUrl: typeUrlOf(typeName), value: canonicalBytes(typeName, bytesOf(spec)) };
}

function bytesOf(spec: KnownSpec): Uint8Array {
  switch (spec.kind) {
    case "http_ingress":
      return NetworkingNode.encode({ networkingNode: { $case: "httpIngress", value: spec.value } }).finish();
    case "service":
      return NetworkingNode.encode({ networkingNode: { $case: "service", value: spec.value } }).finish();
    case "routing_policy":
      return NetworkingNode.encode({ networkingNode: { $case: "routingPolicy", value: spec.value } }).finish();
    case "instance_set":
      return NetworkingNode.encode({ networkingNode: { $case: "instanceSet", value: spec.value } }).finish();
    case "gateway_policy":
      return GatewayPolicy.encode(spec.value).finish();
    case "process_trigger":
      return Process.encode({ process: { $case: "trigger", value: spec.value } }).finish();
  }
}
