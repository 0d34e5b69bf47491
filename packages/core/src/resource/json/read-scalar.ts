import { ScalarType, type DescEnum } from "@bufbuild/protobuf";
import { nearestName } from "../../config/nearest-name.js";
import { shown } from "../rules/violation.js";
import type { Place } from "./place.js";

/** A scalar of protobuf JSON. Integers may be numbers, bigints (as YAML readers give them) or decimal strings. */
export function readScalar(scalar: ScalarType, json: unknown, place: Place): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return readText(json, place);
    case ScalarType.BOOL:
      return typeof json === "boolean" ? json : place.expected(json, "true or false");
    case ScalarType.BYTES:
      return readBytes(json, place);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return readFloat(json, place);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32: {
      const integer = readInteger(json, place, { from: -(2n ** 31n), to: 2n ** 31n - 1n });
      return integer === undefined ? undefined : Number(integer);
    }
    case ScalarType.UINT32:
    case ScalarType.FIXED32: {
      const integer = readInteger(json, place, { from: 0n, to: 2n ** 32n - 1n });
      return integer === undefined ? undefined : Number(integer);
    }
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return readInteger(json, place, { from: -(2n ** 63n), to: 2n ** 63n - 1n });
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return readInteger(json, place, { from: 0n, to: 2n ** 64n - 1n });
  }
}

function readText(json: unknown, place: Place): string | undefined {
  if (typeof json === "string") {
    return /\p{Surrogate}/u.test(json) ? place.expected(json, "text without half characters (lone surrogates)") : json;
  }
  return place.expected(
    json,
    typeof json === "object" ? `text; as JSON that is '${shown(json)}'` : `text: "${shown(json)}"`,
  );
}

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

function readInteger(json: unknown, place: Place, { from, to }: Range): bigint | undefined {
  const integer = integerOf(json);
  const inRange = integer !== undefined && integer >= from && integer <= to;
  return inRange ? integer : place.expected(json, `an integer from ${from} to ${to}`);
}

function integerOf(json: unknown): bigint | undefined {
  if (typeof json === "bigint") return json;
  if (typeof json === "number") return Number.isInteger(json) ? BigInt(json) : undefined;
  return typeof json === "string" && /^-?\d+$/.test(json) ? BigInt(json) : undefined;
}

function readFloat(json: unknown, place: Place): number | undefined {
  if (typeof json === "number" || typeof json === "bigint") return Number(json);
  if (json === "NaN") return Number.NaN;
  if (json === "Infinity") return Number.POSITIVE_INFINITY;
  if (json === "-Infinity") return Number.NEGATIVE_INFINITY;
  return place.expected(json, "a number");
}

/** Base64, standard or of URLs, padded or not. */
function readBytes(json: unknown, place: Place): Uint8Array | undefined {
  const digits = typeof json === "string" ? /^([A-Za-z0-9+/_-]*)={0,2}$/.exec(json)?.[1] : undefined;
  if (digits === undefined || digits.length % 4 === 1) return place.expected(json, "bytes in base64");
  return Buffer.from(digits, "base64");
}

/** An enum's value, by its name or its number. */
export function readEnum(desc: DescEnum, json: unknown, place: Place): number | undefined {
  const known = desc.values.find(({ name, number }) => name === json || number === Number(integerNumberOf(json)));
  if (known !== undefined) return known.number;
  const names = desc.values.map(({ name }) => name);
  const nearest = typeof json === "string" ? nearestName(json, names) : undefined;
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return place.expected(json, `one of ${names.join(", ")}${hint}`);
}

function integerNumberOf(json: unknown): unknown {
  return typeof json === "number" || typeof json === "bigint" ? json : undefined;
}
