import { create, ScalarType, toBinary, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { nearestName } from "../../config/nearest-name.js";
import { apiRegistry } from "../descriptors.js";
import { typeNameOf } from "../kind.js";
import { canonicalBytes } from "../wire/canonical.js";
import { isJsonObject, type JsonObject } from "./json-object.js";
import type { Place } from "./place.js";
import { readEnum, readScalar } from "./read-scalar.js";
import { isWellKnown, readWellKnown } from "./read-well-known.js";

/**
 * A message from its protobuf JSON, with fields named in lowerCamelCase or as in the .proto file.
 * Every mistake is noted at its place; what could not be read is left out.
 */
export function readMessage(message: DescMessage, json: unknown, place: Place): Message | undefined {
  if (message.typeName === AnySchema.typeName) return readAny(json, place);
  if (isWellKnown(message)) return readWellKnown(message, json, place);
  if (!isJsonObject(json)) return place.expected(json, `the fields of ${message.name}: ${fieldNames(message)}`);
  return readFields(message, json, place);
}

function readFields(message: DescMessage, json: JsonObject, place: Place): Message {
  const init: Record<string, unknown> = {};
  const taken = new Map<string, string>();
  for (const [key, value] of Object.entries(json)) {
    const field = message.fields.find(({ name, jsonName }) => name === key || jsonName === key);
    const here = place.at(key);
    if (field === undefined) noteUnknown(message, key, { value, place: here });
    else if (value !== null && value !== undefined && isFree(field, key, { taken, place: here, value })) {
      const read = readField(field, value, here);
      if (read !== undefined) assign(init, field, read);
    }
  }
  return create(message, init);
}

function noteUnknown(message: DescMessage, key: string, { value, place }: { value: unknown; place: Place }): void {
  const nearest = nearestName(
    key,
    message.fields.flatMap(({ name, jsonName }) => [jsonName, name]),
  );
  const meant = message.fields.find(({ name, jsonName }) => jsonName === nearest || name === nearest);
  const hint = nearest === undefined ? `its fields are ${fieldNames(message)}` : `did you mean ${nearest}?`;
  place.wrong(value, `is no field of ${message.name}; ${hint}`, meant?.jsonName);
}

function fieldNames(message: DescMessage): string {
  return message.fields.map(({ jsonName }) => jsonName).join(", ") || "none";
}

interface Claim {
  /** By a field's or a oneof's name: the key that has set it. */
  readonly taken: Map<string, string>;
  readonly place: Place;
  readonly value: unknown;
}

/** A field is set once, by one of its two names; of a oneof, one member. */
function isFree(field: DescField, key: string, { taken, place, value }: Claim): boolean {
  const slot = (field.oneof ?? field).name;
  const rival = taken.get(slot);
  if (rival === undefined) {
    taken.set(slot, key);
    return true;
  }
  const members = field.oneof?.fields.map(({ jsonName }) => jsonName).join(", ");
  place.wrong(value, `stands beside ${rival}; expected only one${members === undefined ? "" : ` of ${members}`}`);
  return false;
}

function assign(init: Record<string, unknown>, field: DescField, value: unknown): void {
  if (field.oneof === undefined) init[field.localName] = value;
  else init[field.oneof.localName] = { case: field.localName, value };
}

function readField(field: DescField, json: unknown, place: Place): unknown {
  switch (field.fieldKind) {
    case "scalar":
      return readScalar(field.scalar, json, place);
    case "enum":
      return readEnum(field.enum, json, place);
    case "message":
      return readMessage(field.message, json, place);
    case "list":
      return readList(field, json, place);
    case "map":
      return readMap(field, json, place);
  }
}

type ListField = DescField & { fieldKind: "list" };
type MapField = DescField & { fieldKind: "map" };

function readList(field: ListField, json: unknown, place: Place): unknown {
  if (!Array.isArray(json)) return place.expected(json, "a list");
  return json
    .map((item: unknown, index) => readItem(field, item, place.at(index)))
    .filter((item) => item !== undefined);
}

function readItem(field: ListField, json: unknown, place: Place): unknown {
  switch (field.listKind) {
    case "scalar":
      return readScalar(field.scalar, json, place);
    case "enum":
      return readEnum(field.enum, json, place);
    case "message":
      return readMessage(field.message, json, place);
  }
}

function readMap(field: MapField, json: unknown, place: Place): unknown {
  if (!isJsonObject(json)) return place.expected(json, "keys and values");
  const entries = Object.entries(json).flatMap(([key, value]) => {
    const readKey = readMapKey(field, key, place.at(key));
    const readValue = readMapValue(field, value, place.at(key));
    return readKey === undefined || readValue === undefined ? [] : [[key, readValue]];
  });
  return Object.fromEntries(entries);
}

function readMapKey({ mapKey }: MapField, key: string, place: Place): unknown {
  if (mapKey !== ScalarType.BOOL) return readScalar(mapKey, key, place);
  return key === "true" || key === "false" ? key : place.expected(key, "true or false");
}

function readMapValue(field: MapField, json: unknown, place: Place): unknown {
  switch (field.mapKind) {
    case "scalar":
      return readScalar(field.scalar, json, place);
    case "enum":
      return readEnum(field.enum, json, place);
    case "message":
      return readMessage(field.message, json, place);
  }
}

/**
 * An Any: `@type` and the fields of that message; for messages with a form of their own, and for types that this build
 * does not know, `@type` and `value`, which is then base64 of the encoded message. A known type may be given so too.
 */
function readAny(json: unknown, place: Place): Message | undefined {
  if (!isJsonObject(json)) return place.expected(json, '"@type" and the fields of that type');
  const { "@type": typeUrl, ...rest } = json;
  if (typeUrl === undefined && Object.keys(rest).length === 0) return create(AnySchema);
  if (typeof typeUrl !== "string" || typeUrl === "") return place.at("@type").expected(typeUrl, "a type URL");
  const value = readAnyValue(typeUrl, rest, place);
  return value && create(AnySchema, { typeUrl, value });
}

function readAnyValue(typeUrl: string, json: JsonObject, place: Place): Uint8Array | undefined {
  const message = apiRegistry().getMessage(typeNameOf(typeUrl));
  if (message === undefined || isPacked(message, json)) return readPacked(typeUrl, json, place);
  const content = hasOwnForm(message)
    ? readMessage(message, json["value"], place.at("value"))
    : readMessage(message, json, place);
  return content && canonicalBytes(message.typeName, toBinary(message, content));
}

function hasOwnForm(message: DescMessage): boolean {
  return isWellKnown(message);
}

/** No message of the API but those with a form of their own has a field called `value`. */
function isPacked(message: DescMessage, json: JsonObject): boolean {
  return !hasOwnForm(message) && !message.fields.some(({ name }) => name === "value") && "value" in json;
}

function readPacked(typeUrl: string, { value, ...rest }: JsonObject, place: Place): Uint8Array | undefined {
  for (const [key, extra] of Object.entries(rest)) {
    place.at(key).wrong(extra, `is no field that can be read; of ${typeUrl} only value, in base64, is expected`);
  }
  const bytes = readScalar(ScalarType.BYTES, value ?? "", place.at("value"));
  return bytes instanceof Uint8Array ? bytes : undefined;
}
