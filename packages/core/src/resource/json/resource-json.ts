import type { JsonValue } from "@bufbuild/protobuf";
import { Resource } from "../../api.js";
import { messageFromJson, messageToJson } from "./message-json.js";
import type { JsonViolation } from "./place.js";

/** A resource as canonical protobuf JSON. */
export function resourceToJson(resource: Resource): JsonValue {
  return messageToJson(Resource.$type, Resource.encode(resource).finish());
}

/**
 * A resource from its protobuf JSON, with the spec in the byte order of existing clients. Only its shape is checked;
 * `validateResource` has the rules.
 */
export function resourceFromJson(
  json: unknown,
): { readonly resource: Resource } | { readonly violations: readonly JsonViolation[] } {
  const result = messageFromJson(Resource.$type, json);
  return "bytes" in result ? { resource: Resource.decode(result.bytes) } : result;
}
