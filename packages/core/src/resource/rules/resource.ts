import type { Resource } from "../../api.js";
import { canonicalId } from "../id.js";
import { carriers, typeNameOf, type Kind } from "../kind.js";
import { decodeSpec, type KnownSpec, type Spec } from "../spec.js";
import { gatewayPolicyViolations } from "./gateway-policy.js";
import { httpIngressViolations } from "./http-ingress.js";
import { instanceSetViolations } from "./instance-set.js";
import { processTriggerViolations } from "./process-trigger.js";
import { routingPolicyViolations } from "./routing-policy.js";
import { serviceViolations } from "./service.js";
import { label, textViolations } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

/** The longest namespace and the longest name, in bytes of UTF-8. */
const longestLabelBytes = 253;
const longestTypeUrlBytes = 1024;

/** Everything that is wrong with a resource that a client sends; its version is the store's and not looked at. */
export function validateResource(resource: Resource): RuleViolation[] {
  return [
    ...validateNamespace(resource.namespace),
    ...validateId(resource.id),
    ...label("name", resource.name, longestLabelBytes),
    ...(resource.spec === undefined
      ? [violation("spec", undefined, "what the resource declares")]
      : validateSpec(decodeSpec(resource.spec))),
  ];
}

/** A namespace: 1 to 253 bytes of UTF-8 without control characters. */
export function validateNamespace(namespace: string, field = "namespace"): RuleViolation[] {
  return label(field, namespace, longestLabelBytes);
}

/** A resource's id: a UUID in any form that `canonicalId` reads. */
export function validateId(id: string, field = "id"): RuleViolation[] {
  return canonicalId(id) === undefined ? [violation(field, id, "a UUID")] : [];
}

/** Everything that is wrong with a declaration by itself. Unknown types are accepted: the store is generic. */
export function validateSpec(spec: Spec): RuleViolation[] {
  if (spec.kind === "unknown") return label("spec.type_url", spec.typeUrl, longestTypeUrlBytes);
  if (spec.kind === "undecodable") {
    const expected = `the bytes of a ${typeNameOf(spec.typeUrl)}`;
    return [{ ...violation("spec.value", undefined, expected), description: `are not ${expected}: ${spec.reason}` }];
  }
  const at = fieldOfKind(spec.kind);
  return [...violationsOf(at, spec), ...textViolations(at, spec.value)];
}

/** The path of a kind's declaration: by the names of the fields in the message that the Any holds. */
function fieldOfKind(kind: Kind): string {
  const { field } = carriers[kind];
  return field === undefined ? "spec" : `spec.${field.name}`;
}

function violationsOf(at: string, spec: KnownSpec): RuleViolation[] {
  switch (spec.kind) {
    case "http_ingress":
      return httpIngressViolations(at, spec.value);
    case "service":
      return serviceViolations(at, spec.value);
    case "instance_set":
      return instanceSetViolations(at, spec.value);
    case "routing_policy":
      return routingPolicyViolations(at, spec.value);
    case "gateway_policy":
      return gatewayPolicyViolations(at, spec.value);
    case "process_trigger":
      return processTriggerViolations(at, spec.value);
  }
}
