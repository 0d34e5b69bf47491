import { carriers, type Kind } from "../kind.js";
import { violation, type RuleViolation } from "../rules/violation.js";
import { isJsonObject } from "./json-object.js";
import { pathText, type Path } from "./path.js";
import type { JsonViolation } from "./place.js";

/** The document that broke a rule. */
interface Written {
  readonly kind: Kind;
  readonly json: unknown;
  /** Where in its document the spec stands. */
  readonly at: Path;
}

/**
 * A broken rule, told by the place where the document says so, in the names that it uses: rules know a spec only by the
 * field names of its messages, below the message that carries its kind.
 */
export function asWritten(rule: RuleViolation, { kind, json, at }: Written): JsonViolation {
  if (isJsonObject(json) && "@type" in json && "value" in json) {
    const path = [...at, "value"];
    return { field: pathText(path), path, value: json["value"], description: `${rule.field}: ${rule.description}` };
  }
  const { path, value } = follow(json, fieldSegments(rule.field, { kind, json }));
  const whole = [...at, ...path];
  const description = value === undefined ? violation("", undefined, rule.expected).description : rule.description;
  return { field: pathText(whole), path: whole, value, description };
}

/** The segments of a rule's field below the spec; a document without `@type` does not name the carrier's field. */
function fieldSegments(field: string, { kind, json }: Omit<Written, "at">): Path {
  const [, ...segments] = [...field.matchAll(/\w+/g)].map(([text]) => (/^\d+$/.test(text) ? Number(text) : text));
  const isWrapped = isJsonObject(json) && "@type" in json;
  return isWrapped || carriers[kind].field === undefined ? segments : segments.slice(1);
}

function follow(json: unknown, segments: Path): { path: Path; value: unknown } {
  const path: (string | number)[] = [];
  let value = json;
  for (const segment of segments) {
    if (typeof segment === "number") {
      path.push(segment);
      value = Array.isArray(value) ? value[segment] : undefined;
    } else {
      const key = keyIn(value, segment);
      path.push(key);
      value = isJsonObject(value) ? (value[key] ?? undefined) : undefined;
    }
  }
  return { path, value };
}

/** A field's key as the document has it; where it has none, in lowerCamelCase. */
function keyIn(value: unknown, name: string): string {
  return isJsonObject(value) && name in value ? name : camelCase(name);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}
