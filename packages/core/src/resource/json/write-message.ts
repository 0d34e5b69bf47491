import { fromBinary, toJson, type DescField, type JsonObject, type JsonValue, type Message } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { AnySchema, type Any } from "@bufbuild/protobuf/wkt";
import { apiRegistry } from "../descriptors.js";
import { typeNameOf } from "../kind.js";
import { isWellKnown } from "./read-well-known.js";

/**
 * A message as canonical protobuf JSON. The protobuf library has no JSON for an Any of a type that it does not know,
 * which is why this is not left to it: such an Any becomes `@type` and, in base64, `value`.
 */
export function messageJson(message: ReflectMessage): JsonValue {
  if (isAny(message.message)) return anyJson(message.message);
  if (isWellKnown(message.desc)) return toJson(message.desc, message.message);
  const json: JsonObject = {};
  for (const field of message.fields) {
    if (message.isSet(field)) json[field.jsonName] = fieldJson(message, field);
  }
  return json;
}

function fieldJson(message: ReflectMessage, field: DescField): JsonValue {
  switch (field.fieldKind) {
    case "list":
      return [...message.get(field)].map((item) => singularJson(field, item));
    case "map":
      return Object.fromEntries([...message.get(field)].map(([key, item]) => [String(key), singularJson(field, item)]));
    case "message":
    case "enum":
    case "scalar":
      return singularJson(field, message.get(field));
  }
}

/** One value of a field: its only one, a list's item, or a map's. */
function singularJson(field: DescField, value: unknown): JsonValue {
  if (isReflectMessage(value)) return messageJson(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "boolean") return value;
  if (typeof value !== "number") return String(value);
  return field.enum === undefined ? numberJson(value) : (field.enum.value[value]?.name ?? value);
}

function numberJson(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value);
}

export function isAny(message: Message): message is Any {
  return message.$typeName === AnySchema.typeName;
}

/** An Any with the fields of its message; of a type that this build does not know, or cannot show, with its bytes. */
export function anyJson({ typeUrl, value }: { readonly typeUrl: string; readonly value: Uint8Array }): JsonObject {
  if (typeUrl === "" && value.length === 0) return {};
  return knownAnyJson(typeUrl, value) ?? packedJson(typeUrl, value);
}

/** An Any with its bytes in base64: the form that every type has. */
export function packedJson(typeUrl: string, value: Uint8Array): JsonObject {
  return { "@type": typeUrl, value: Buffer.from(value).toString("base64") };
}

function knownAnyJson(typeUrl: string, value: Uint8Array): JsonObject | undefined {
  const desc = apiRegistry().getMessage(typeNameOf(typeUrl));
  if (desc === undefined) return undefined;
  let json: JsonValue;
  try {
    json = messageJson(reflect(desc, fromBinary(desc, value)));
  } catch {
    // Damaged bytes, or a duration or time out of range: only the bytes can be shown.
    return undefined;
  }
  if (isWellKnown(desc)) return { "@type": typeUrl, value: json };
  return typeof json === "object" && !Array.isArray(json) ? { "@type": typeUrl, ...json } : undefined;
}
