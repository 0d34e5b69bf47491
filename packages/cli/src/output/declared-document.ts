import { encodeSpec, specToJson, typeNameOf, type DeclaredResource } from "@protomesh/core";
import type { Any } from "@protomesh/core/api";

/** A watched spec as people write it; one that cannot be decoded says why. */
export function specDocument(spec: DeclaredResource["spec"]): unknown {
  if (spec.kind === "undecodable") return { "@type": spec.typeUrl, undecodable: spec.reason };
  const any: Any =
    spec.kind === "unknown" ? { typeUrl: spec.typeUrl, value: Buffer.from(spec.value) } : encodeSpec(spec);
  return specToJson(any);
}

/** The kind of a watched resource, or the message's full name for foreign types. */
export function declaredKind({ spec }: DeclaredResource): string {
  return spec.kind === "unknown" || spec.kind === "undecodable" ? typeNameOf(spec.typeUrl) : spec.kind;
}
