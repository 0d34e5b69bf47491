import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Push } from "../session/push.js";
import { versionOfSet } from "../snapshot/xds-resource.js";

/*
 * Responses are put together from resources that were serialised before. Field numbers:
 * envoy/service/discovery/v3/discovery.proto.
 */

/** An encoded DiscoveryResponse. */
export function writeSotwResponse({ typeUrl, nonce, version, resources }: Push): Buffer {
  const writer = new BinaryWriter();
  writer.uint32(tag(1)).string(versionOfSet(version, resources));
  for (const { any } of resources) writer.uint32(tag(2)).bytes(any);
  writer.uint32(tag(4)).string(typeUrl);
  writer.uint32(tag(5)).string(nonce);
  return bufferOf(writer.finish());
}

/** An encoded DeltaDiscoveryResponse. */
export function writeDeltaResponse({ typeUrl, nonce, version, resources, removed }: Push): Buffer {
  const writer = new BinaryWriter();
  writer.uint32(tag(1)).string(version);
  for (const resource of resources) {
    writer.uint32(tag(2)).fork();
    writer.uint32(tag(1)).string(resource.version);
    if (resource.any.length > 0) writer.uint32(tag(2)).bytes(resource.any);
    writer.uint32(tag(3)).string(resource.name);
    for (const alias of resource.aliases ?? []) writer.uint32(tag(4)).string(alias);
    writer.join();
  }
  writer.uint32(tag(4)).string(typeUrl);
  writer.uint32(tag(5)).string(nonce);
  for (const name of removed) writer.uint32(tag(6)).string(name);
  return bufferOf(writer.finish());
}

/** The tag of a length-delimited field. */
function tag(field: number): number {
  return (field << 3) | 2;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
