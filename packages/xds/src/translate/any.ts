import type { Any } from "../generated/google/protobuf/any.js";

/** What ts-proto generates for a message, as far as packing needs it. */
interface MessageType<T> {
  readonly $type: string;
  encode(message: T): { finish(): Uint8Array };
}

/** A message in an Any, as Envoy wants every extension's configuration. */
export function packed<T>(type: MessageType<T>, message: T): Any {
  return { typeUrl: typeUrlOf(type), value: Buffer.from(type.encode(message).finish()) };
}

export function typeUrlOf({ $type }: { readonly $type: string }): string {
  return `type.googleapis.com/${$type}`;
}
