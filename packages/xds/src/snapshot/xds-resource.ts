import { Any } from "../generated/google/protobuf/any.js";
import { digestOf, versionOf, zeroDigest, type Digest } from "./digest.js";

/** A declared resource that an xDS resource was made from, at one version. */
export interface Source {
  readonly id: string;
  /** The revision that wrote it. */
  readonly index: bigint;
}

/** One resource as clients get it: serialised once, its bytes shared by every stream. Immutable. */
export interface XdsResource {
  readonly name: string;
  /** A hash of the content. */
  readonly version: string;
  readonly digest: Digest;
  /** An encoded google.protobuf.Any; empty where the client is told of a name that there is nothing. */
  readonly any: Uint8Array;
  /** What it was made from; the one that it is named after stands first. */
  readonly sources: readonly Source[];
  /** What only one resource of its type can have at a time: the port of a listener. */
  readonly holds?: string;
  /** The name of the routes that a client needs before it has what this holds; without it, scopes. Listeners only. */
  readonly routes?: string;
  /** By what other names the client asked for it; virtual hosts only. */
  readonly aliases?: readonly string[];
  /** The same in other bytes, for a client that takes the same bytes for known although it has rejected them. */
  readonly retold?: (resource: XdsResource, time: number) => XdsResource;
}

/** @param value the encoded message */
export function xdsResource(name: string, typeUrl: string, value: Uint8Array, sources: readonly Source[]): XdsResource {
  const digest = digestOf(name, value);
  return { name, version: versionOf(digest), digest, any: anyOf(typeUrl, value), sources };
}

/** An encoded google.protobuf.Any. */
export function anyOf(typeUrl: string, value: Uint8Array): Uint8Array {
  return Any.encode({ typeUrl, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength) }).finish();
}

/** Stands for a resource that a client says it has, of which nothing but the version is known. */
export function heldResource(name: string, version: string): XdsResource {
  const [, holds] = version.split(heldMark);
  return { name, version, digest: zeroDigest, any: nothing, sources: [], ...(holds === undefined ? {} : { holds }) };
}

/** A resource that has what only one can have. Its version says so, too, for a server that knows no more than that. */
export function holding(resource: XdsResource, holds: string): XdsResource {
  return { ...resource, version: `${resource.version}${heldMark}${holds}`, holds };
}

/** In no digest. */
const heldMark = "@";

/**
 * The version of resources that are sent as one, which says what each of them has that only one can have: it is all that
 * a client tells of them when it comes back.
 * @param version a hash of their contents
 */
export function versionOfSet(version: string, resources: readonly XdsResource[]): string {
  const places = new URLSearchParams();
  for (const { name, holds } of resources) if (holds !== undefined) places.append(name, holds);
  return places.size === 0 ? version : `${version}${heldMark}${places.toString()}`;
}

/** What a client has, as far as the version of the whole set says so. */
export function heldResources(version: string): readonly XdsResource[] {
  const at = version.indexOf(heldMark);
  if (at === -1) return [];
  const places = new URLSearchParams(version.slice(at + heldMark.length));
  return [...places].map(([name, holds]) => heldResource(name, `${heldMark}${holds}`));
}

/** Whether a resource stands for one that the client has, of which no content is known. */
export function isHeldOnly(resource: XdsResource): boolean {
  // Last, as the bytes of some are put together when they are asked for.
  return resource.digest === zeroDigest && resource.any.length === 0;
}

/** That the virtual hosts of some routes come on demand; its name is `<ingress>/`. Never sent as it is. */
export function announcement(name: string, digest: Digest): XdsResource {
  return { name, version: versionOf(digest), digest, any: nothing, sources: [] };
}

/** By its name, as no domain is empty. */
export function isAnnouncement(name: string): boolean {
  return name.endsWith("/");
}

/** What a client that asked for a name is told where there is nothing, if it would wait for ever otherwise. */
export function absentResource(name: string): XdsResource {
  return { name, version: absentVersion, digest: digestOf(name, nothing), any: nothing, sources: [], aliases: [name] };
}

/** Shorter than any version of content. */
export const absentVersion = "absent";

const nothing = new Uint8Array();
