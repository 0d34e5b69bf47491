import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { DeltaRequest, NodeIdentity, SotwRequest } from "../session/request.js";

/*
 * Requests are read by hand: of a node only what is used, as an Envoy sends 30 KB of extensions with it, whose decoding
 * would cost a hundred times what all else does. Field numbers: envoy/service/discovery/v3/discovery.proto.
 */

/** @throws Error where the bytes are no DiscoveryRequest */
export function readSotwRequest(bytes: Uint8Array): SotwRequest {
  const names: string[] = [];
  let version = "";
  let node: NodeIdentity | undefined;
  let typeUrl = "";
  let nonce = "";
  let error: string | undefined;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) version = reader.string();
    else if (field === 2) node = readNode(reader.bytes());
    else if (field === 3) names.push(reader.string());
    else if (field === 4) typeUrl = reader.string();
    else if (field === 5) nonce = reader.string();
    else if (field === 6) error = readErrorMessage(reader.bytes());
    else reader.skip(wireType);
  }
  return { version, node, names, typeUrl, nonce, error };
}

/** @throws Error where the bytes are no DeltaDiscoveryRequest */
export function readDeltaRequest(bytes: Uint8Array): DeltaRequest {
  const subscribe: string[] = [];
  const unsubscribe: string[] = [];
  const held = new Map<string, string>();
  let node: NodeIdentity | undefined;
  let typeUrl = "";
  let nonce = "";
  let error: string | undefined;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) node = readNode(reader.bytes());
    else if (field === 2) typeUrl = reader.string();
    else if (field === 3) subscribe.push(reader.string());
    else if (field === 4) unsubscribe.push(reader.string());
    else if (field === 5) held.set(...readEntry(reader.bytes()));
    else if (field === 6) nonce = reader.string();
    else if (field === 7) error = readErrorMessage(reader.bytes());
    else reader.skip(wireType);
  }
  return { node, subscribe, unsubscribe, held, typeUrl, nonce, error };
}

/** envoy.config.core.v3.Node */
function readNode(bytes: Uint8Array): NodeIdentity {
  let id = "";
  let cluster = "";
  let agentName = "";
  let agentVersion = "";
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) id = reader.string();
    else if (field === 2) cluster = reader.string();
    else if (field === 6) agentName = reader.string();
    else if (field === 7) agentVersion = reader.string();
    else if (field === 8) agentVersion = readBuildVersion(reader.bytes());
    else reader.skip(wireType);
  }
  return { id, cluster, userAgent: `${agentName} ${agentVersion}`.trim() };
}

/** envoy.config.core.v3.BuildVersion: its semantic version. */
function readBuildVersion(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) return readSemanticVersion(reader.bytes());
    reader.skip(wireType);
  }
  return "";
}

function readSemanticVersion(bytes: Uint8Array): string {
  const parts = [0, 0, 0];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field <= parts.length) parts[field - 1] = reader.uint32();
    else reader.skip(wireType);
  }
  return parts.join(".");
}

/** google.rpc.Status: its message. A status without one rejects all the same. */
function readErrorMessage(bytes: Uint8Array): string {
  let message = "rejected without a reason";
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 2) message = reader.string();
    else reader.skip(wireType);
  }
  return message;
}

/** An entry of a map<string, string>. */
function readEntry(bytes: Uint8Array): [string, string] {
  let key = "";
  let value = "";
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else reader.skip(wireType);
  }
  return [key, value];
}
