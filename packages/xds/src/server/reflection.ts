import { reflectionOf } from "@protomesh/core";

/** What makes tools such as grpcurl know the discovery services; loaded only where it is asked for. */
export async function discoveryReflection(): ReturnType<typeof reflectionOf> {
  const { descriptorSet } = await import("../generated/descriptors.js");
  return reflectionOf(Buffer.from(descriptorSet, "base64"));
}
