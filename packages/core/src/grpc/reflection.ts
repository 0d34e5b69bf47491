import type { ReflectionService } from "@grpc/reflection";
import { descriptorSet } from "../generated/descriptors.js";

/** The public API's google.protobuf.FileDescriptorSet, encoded: for reflection, and for clients that build on it. */
export function publicApiDescriptors(): Buffer {
  return Buffer.from(descriptorSet, "base64");
}

/** Reflection of the public API. Loaded only where it is asked for: it costs 0.2 s. */
export async function publicApiReflection(): Promise<ReflectionService> {
  return reflectionOf(publicApiDescriptors());
}

/** Reflection of the services in an encoded google.protobuf.FileDescriptorSet. */
export async function reflectionOf(fileDescriptorSet: Buffer): Promise<ReflectionService> {
  const [{ ReflectionService: Service }, { loadFileDescriptorSetFromBuffer }] = await Promise.all([
    import("@grpc/reflection"),
    import("@grpc/proto-loader"),
  ]);
  return new Service(loadFileDescriptorSetFromBuffer(fileDescriptorSet));
}
