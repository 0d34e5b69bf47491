import type { Any } from "../api.js";
import { fieldsOf, MalformedBytes } from "./wire/fields.js";

/** The kinds of resource, as people name them in files, on the command line and in filters. */
export const kinds = [
  "http_ingress",
  "service",
  "instance_set",
  "routing_policy",
  "gateway_policy",
  "process_trigger",
] as const;

export type Kind = (typeof kinds)[number];

export function isKind(text: string): text is Kind {
  return (kinds as readonly string[]).includes(text);
}

const api = "protomesh.types.v1";

/** How a kind travels in a resource's `spec`. */
interface Carrier {
  /** The message that the Any holds. */
  readonly typeName: string;
  /** The kind's field within it; absent where the message itself is the declaration. */
  readonly field?: { readonly number: number; readonly name: string; readonly jsonName: string };
  /** The message that declares the kind. */
  readonly declaration: string;
}

export const carriers: Readonly<Record<Kind, Carrier>> = {
  http_ingress: networkingNode(1, "http_ingress", "httpIngress", "HttpIngress"),
  service: networkingNode(2, "service", "service", "Service"),
  routing_policy: networkingNode(3, "routing_policy", "routingPolicy", "RoutingPolicy"),
  instance_set: networkingNode(5, "instance_set", "instanceSet", "InstanceSet"),
  gateway_policy: { typeName: `${api}.GatewayPolicy`, declaration: `${api}.GatewayPolicy` },
  process_trigger: {
    typeName: `${api}.Process`,
    field: { number: 1, name: "trigger", jsonName: "trigger" },
    declaration: `${api}.Trigger`,
  },
};

function networkingNode(number: number, name: string, jsonName: string, message: string): Carrier {
  return { typeName: `${api}.NetworkingNode`, field: { number, name, jsonName }, declaration: `${api}.${message}` };
}

/** The message's full name in a type URL: what follows the last `/`. The host before it says nothing. */
export function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

/** The type URL that this project writes for a message. */
export function typeUrlOf(typeName: string): string {
  return `type.googleapis.com/${typeName}`;
}

const kindsByField: ReadonlyMap<string, ReadonlyMap<number, Kind>> = groupByField();
const carrierNames: ReadonlySet<string> = new Set(kinds.map((kind) => carriers[kind].typeName));

/** Whether a type URL is of a message that carries one or more kinds. */
export function carriesKinds(typeUrl: string): boolean {
  return carrierNames.has(typeNameOf(typeUrl));
}

/**
 * The kind of a spec, found without decoding it: only the top level's tags are read.
 * `unknown` are other types, carriers that hold none of their members, and malformed bytes.
 */
export function kindOf(spec: Any | undefined): Kind | "unknown" {
  if (spec === undefined) return "unknown";
  const typeName = typeNameOf(spec.typeUrl);
  if (typeName === carriers.gateway_policy.typeName) return "gateway_policy";
  const members = kindsByField.get(typeName);
  if (members === undefined) return "unknown";
  try {
    return lastMember(spec.value, members) ?? "unknown";
  } catch (error) {
    if (error instanceof MalformedBytes) return "unknown";
    throw error;
  }
}

/** Of a oneof's members on the wire, the last one counts. */
function lastMember(bytes: Uint8Array, members: ReadonlyMap<number, Kind>): Kind | undefined {
  let found: Kind | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.wireType === "bytes") found = members.get(field.number) ?? found;
  }
  return found;
}

function groupByField(): Map<string, Map<number, Kind>> {
  const groups = new Map<string, Map<number, Kind>>();
  for (const kind of kinds) {
    const { typeName, field } = carriers[kind];
    if (field === undefined) continue;
    const members = groups.get(typeName) ?? new Map<number, Kind>();
    members.set(field.number, kind);
    groups.set(typeName, members);
  }
  return groups;
}
