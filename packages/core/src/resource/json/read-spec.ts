import { toBinary } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Any } from "../../api.js";
import { apiMessage } from "../descriptors.js";
import { carriers, kindOf, typeUrlOf, type Kind } from "../kind.js";
import { validateSpec } from "../rules/resource.js";
import { decodeSpec } from "../spec.js";
import { canonicalBytes } from "../wire/canonical.js";
import { isJsonObject } from "./json-object.js";
import { leadsTowards, type Path } from "./path.js";
import { Place, type JsonViolation } from "./place.js";
import { readMessage } from "./read-message.js";
import { asWritten } from "./rule-paths.js";
import { isAny } from "./write-message.js";

/** A spec, or everything that is wrong with its JSON: its shape first, then the rules of its kind. */
export type SpecResult = { readonly spec: Any } | { readonly violations: readonly JsonViolation[] };

/**
 * A spec from the JSON of its kind's own message, such as HttpIngress, or from that of an Any, with `@type`. Without a
 * kind, only the latter. Violations are told by their path in the document, in which the spec stands at `at`.
 */
export function specFromJson(kind: Kind | undefined, json: unknown, at: Path = ["spec"]): SpecResult {
  const shape: JsonViolation[] = [];
  const spec = readSpec(kind, json, new Place(at, shape));
  if (spec === undefined) return { violations: shape };
  const violations = [...shape, ...rulesOn(shape, brokenRules(spec, json, at))];
  return violations.length === 0 ? { spec } : { violations };
}

function readSpec(kind: Kind | undefined, json: unknown, place: Place): Any | undefined {
  if (isJsonObject(json) && "@type" in json) return readWrapped(kind, json, place);
  if (kind === undefined) return place.expected(json, 'a spec with an "@type", as no kind is named');
  const { declaration } = carriers[kind];
  const desc = apiMessage(declaration);
  const message = readMessage(desc, json, place);
  return message && carried(kind, toBinary(desc, message));
}

function readWrapped(kind: Kind | undefined, json: { readonly "@type"?: unknown }, place: Place): Any | undefined {
  const message = readMessage(AnySchema, json, place);
  if (message === undefined || !isAny(message)) return undefined;
  const spec = { typeUrl: message.typeUrl, value: Buffer.from(message.value) };
  if (kind === undefined || kindOf(spec) === kind) return spec;
  return place.at("@type").expected(json["@type"], `a spec of kind ${kind}`);
}

function carried(kind: Kind, declaration: Uint8Array): Any {
  const { typeName, field } = carriers[kind];
  const bytes =
    field === undefined
      ? declaration
      : new BinaryWriter()
          .uint32((field.number << 3) | 2)
          .bytes(declaration)
          .finish();
  return { typeUrl: typeUrlOf(typeName), value: canonicalBytes(typeName, bytes) };
}

function brokenRules(spec: Any, json: unknown, at: Path): JsonViolation[] {
  const kind = kindOf(spec);
  const rules = validateSpec(decodeSpec(spec));
  return kind === "unknown"
    ? rules.map((rule) => ({ ...rule, path: at }))
    : rules.map((rule) => asWritten(rule, { kind, json, at }));
}

/** A rule on what could not be read, or on the field that a mistyped one was meant for, would only repeat the mistake. */
function rulesOn(shape: readonly JsonViolation[], rules: readonly JsonViolation[]): JsonViolation[] {
  return rules.filter(({ path }) => !shape.some((mistake) => concerns(mistake, path)));
}

function concerns({ path: mistaken, meant }: JsonViolation, path: Path): boolean {
  if (leadsTowards(mistaken, path) || leadsTowards(path, mistaken)) return true;
  return meant !== undefined && leadsTowards([...mistaken.slice(0, -1), meant], path);
}
