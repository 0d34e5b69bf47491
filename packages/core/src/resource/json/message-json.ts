import { fromBinary, toBinary, type JsonValue } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { apiMessage } from "../descriptors.js";
import type { Path } from "./path.js";
import { Place, type JsonViolation } from "./place.js";
import { readMessage } from "./read-message.js";
import { messageJson } from "./write-message.js";

/**
 * Canonical protobuf JSON of any message of the public API, given its full name, such as
 * `protomesh.services.v1.PutResourceRequest`, and its bytes. An Any of a type outside the API is `@type` and `value`,
 * its bytes in base64. Throws where the bytes are no such message.
 */
export function messageToJson(typeName: string, bytes: Uint8Array): JsonValue {
  const desc = apiMessage(typeName);
  return messageJson(reflect(desc, fromBinary(desc, bytes)));
}

/** A message's bytes, or everything that is wrong with its JSON. */
export type MessageResult = { readonly bytes: Uint8Array } | { readonly violations: readonly JsonViolation[] };

/**
 * The bytes of a message of the public API from its protobuf JSON. Names may be lowerCamelCase or as in the .proto
 * file, durations also as in Go. Throws where the API has no such message.
 */
export function messageFromJson(typeName: string, json: unknown, at: Path = []): MessageResult {
  const desc = apiMessage(typeName);
  const violations: JsonViolation[] = [];
  const message = readMessage(desc, json, new Place(at, violations));
  return message === undefined || violations.length > 0 ? { violations } : { bytes: toBinary(desc, message) };
}
