import { canonicalId, kindOf, resourceHash } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import type { PutItem } from "../write/write.js";

/** A checked resource as a write's item. Its hash covers the resource as it was sent. */
export function putItemOf(resource: Resource, expected: bigint | undefined): PutItem {
  const { id, name, spec } = resource;
  const typeUrl = spec?.typeUrl ?? "";
  const kind = kindOf(spec);
  return {
    op: "put",
    id: canonicalId(id) ?? id,
    hash: resourceHash(resource),
    kind: kind === "unknown" ? typeUrl : kind,
    name,
    typeUrl,
    spec: spec?.value ?? new Uint8Array(),
    expected,
  };
}
