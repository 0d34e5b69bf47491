import { WatchResourcesResponse, type Resource, type Version } from "@protomesh/core/api";
import type { Change } from "../read/change.js";
import { timestampOf } from "../read/timestamp.js";
import { encodeMessage } from "./encode-message.js";

/** A change in the form that watchers are sent: encoded once, whoever wants it. */
export interface EncodedChange {
  readonly id: string;
  readonly kind: string;
  readonly typeUrl: string;
  readonly replacedKind: string | undefined;
  /** A field of WatchResourcesResponse: an updated or a dropped resource. */
  readonly field: Buffer;
  /** The resource as dropped, for who watched the kind that it has no more. */
  readonly departure: Buffer | undefined;
}

/** The changes of one write. */
export interface Entry {
  readonly revision: bigint;
  readonly changes: readonly EncodedChange[];
  /** What it takes in memory, roughly. */
  readonly bytes: number;
}

/** What an entry and a change take beside their encoded bytes. */
const overheadBytes = 256;

/** Changes put together to writes. They stand in revision order. */
export function entriesOf(namespace: string, changes: readonly Change[]): Entry[] {
  const entries: { revision: bigint; changes: EncodedChange[]; bytes: number }[] = [];
  for (const change of changes) {
    const encoded = encodeChange(namespace, change);
    const bytes = overheadBytes + encoded.field.length + (encoded.departure?.length ?? 0);
    const last = entries.at(-1);
    if (last?.revision === change.revision) {
      last.changes.push(encoded);
      last.bytes += bytes;
    } else {
      entries.push({ revision: change.revision, changes: [encoded], bytes });
    }
  }
  return entries;
}

function encodeChange(namespace: string, change: Change): EncodedChange {
  const { id, kind, typeUrl, replacedKind, dropped } = change;
  const resource = resourceOf(namespace, change);
  return {
    id,
    kind,
    typeUrl,
    replacedKind,
    field: dropped ? droppedField(resource) : updatedField(resource),
    departure: replacedKind === undefined || dropped ? undefined : droppedField({ ...resource, spec: undefined }),
  };
}

/** A resource as the API shows it. */
export function resourceOf(namespace: string, change: Change): Resource {
  const { id, name, typeUrl, spec, hash, micros, revision, createdRevision } = change;
  return {
    namespace,
    id,
    name,
    spec: { typeUrl, value: asBuffer(spec) },
    // Not spread from `versionOf`: this is made for each change.
    version: { sha256Hash: hash, timestamp: timestampOf(micros), index: revision, createdIndex: createdRevision },
  };
}

/** A version without the resource's age, as writes are answered. */
export function versionOf(version: {
  readonly hash: string;
  readonly micros: bigint;
  readonly revision: bigint;
}): Version {
  const { hash, micros, revision } = version;
  return { sha256Hash: hash, timestamp: timestampOf(micros), index: revision };
}

const nothing: WatchResourcesResponse = WatchResourcesResponse.fromPartial({});

/** `updated_resources`, one of them. */
function updatedField(resource: Resource): Buffer {
  return encodeMessage(WatchResourcesResponse, { ...nothing, updatedResources: [resource] });
}

/** `dropped_resources`, one of them. */
function droppedField(resource: Resource): Buffer {
  return encodeMessage(WatchResourcesResponse, { ...nothing, droppedResources: [resource] });
}

/** What stands after the resources of a response. */
export function responseTail(revision: bigint, history: string, endOfList: boolean): Buffer {
  return encodeMessage(WatchResourcesResponse, { ...nothing, endOfList, revision, history });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
