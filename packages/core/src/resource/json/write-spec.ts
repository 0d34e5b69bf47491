import type { JsonValue } from "@bufbuild/protobuf";
import type { Any } from "../../api.js";
import { carriers, kindOf, typeUrlOf } from "../kind.js";
import { malformation } from "../wire/malformation.js";
import { hasUnknownFields } from "../wire/unknown-fields.js";
import { anyJson, packedJson } from "./write-message.js";

/**
 * A spec as a person writes it: the JSON of the kind's own message, such as HttpIngress, without what carries it.
 * What that could not give back has an `@type`: of other types, of another host in the type URL, and, with its bytes in
 * base64, of a known type with fields that this build does not know. `specFromJson` reads each of them.
 */
export function specToJson(spec: Any): JsonValue {
  const kind = kindOf(spec);
  if (kind === "unknown") return anyJson(spec);
  const { typeName, field } = carriers[kind];
  const isShown = malformation(typeName, spec.value) === undefined && !hasUnknownFields(typeName, spec.value);
  if (!isShown) return packedJson(spec.typeUrl, spec.value);
  const wrapped = anyJson(spec);
  if (spec.typeUrl !== typeUrlOf(typeName) || "value" in wrapped) return wrapped;
  const { "@type": _type, ...own } = wrapped;
  return field === undefined ? own : (own[field.jsonName] ?? wrapped);
}
