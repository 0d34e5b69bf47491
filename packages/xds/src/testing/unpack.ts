import type { Any } from "../generated/google/protobuf/any.js";

/** The message in an Any that is known to hold one of a type. */
export function unpacked<T>(type: { readonly $type: string; decode(bytes: Uint8Array): T }, any: Any | undefined): T {
  if (any?.typeUrl !== `type.googleapis.com/${type.$type}`)
    throw new Error(`${any?.typeUrl} where ${type.$type} was expected`);
  return type.decode(any.value);
}
