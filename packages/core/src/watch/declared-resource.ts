import type { Resource } from "../api.js";
import { decodeSpec, type Spec } from "../resource/index.js";

/** A resource as the components see it: with its declaration read, and a version that is always there. */
export interface DeclaredResource {
  readonly namespace: string;
  /** A UUID in canonical form. */
  readonly id: string;
  readonly name: string;
  /** The revision that wrote this version; of a dropped resource, the drop's. */
  readonly index: bigint;
  /** The revision that created the resource; of a store that does not tell, the one that wrote this version. */
  readonly createdIndex: bigint;
  /** SHA-256 of the content, base64url. */
  readonly hash: string;
  readonly spec: Spec;
}

export function declaredResourceOf({ namespace, id, name, spec, version }: Resource): DeclaredResource {
  const index = version?.index ?? 0n;
  const createdIndex = version?.createdIndex ?? index;
  return { namespace, id, name, index, createdIndex, hash: version?.sha256Hash ?? "", spec: decodeSpec(spec) };
}
