import { createFileRegistry, fromBinary, type DescMessage, type FileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { descriptorSet } from "../generated/descriptors.js";

let registry: FileRegistry | undefined;

/** The public API's descriptors, read at first use: start-up does not pay for them. */
export function apiRegistry(): FileRegistry {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, "base64")));
  return registry;
}

/** A message of the public API by its full name; throws where there is none. */
export function apiMessage(typeName: string): DescMessage {
  const message = apiRegistry().getMessage(typeName);
  if (message === undefined) throw new Error(`no message ${typeName} in the public API`);
  return message;
}
