import type { Any } from "../../api.js";
import { decodeSpec, encodeSpec, type KnownSpec } from "../spec.js";
import { validateSpec } from "./resource.js";

/** What a client that sends this spec is told: one line for each mistake. For tests. */
export function told(spec: KnownSpec): string[] {
  return toldOf(encodeSpec(spec));
}

export function toldOf(spec: Any): string[] {
  return validateSpec(decodeSpec(spec)).map(({ field, description }) => `${field}: ${description}`);
}
