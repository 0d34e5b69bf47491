/** A resource as a client wants it to be, checked, with its hash and kind. */
export interface PutItem {
  readonly op: "put";
  /** Canonical. */
  readonly id: string;
  readonly hash: string;
  /** One of the six kinds, else the spec's type URL. */
  readonly kind: string;
  readonly name: string;
  readonly typeUrl: string;
  /** The spec's bytes as they were sent. */
  readonly spec: Uint8Array;
  /** The revision that the resource must have, 0: it must not be there; undefined: whatever it is. */
  readonly expected: bigint | undefined;
}

export interface DropItem {
  readonly op: "drop";
  readonly id: string;
  readonly expected: bigint | undefined;
}

export type Item = PutItem | DropItem;

/** What one request wants to change in one namespace: all of it or nothing, as one revision. */
export interface Write {
  /** Each id once. */
  readonly items: readonly Item[];
  /** With a fingerprint of the request, so that another request under the same id is told apart. */
  readonly request: { readonly id: string; readonly fingerprint: string } | undefined;
  /** The items are the whole of this set: members that are not among them are dropped. */
  readonly applySet: string | undefined;
  /** The revision that the whole namespace must be at. */
  readonly expectedHead: bigint | undefined;
  /** Who asked for it; undefined: nobody said. */
  readonly author: string | undefined;
}

export function writeOf(
  items: readonly Item[],
  { request, applySet, expectedHead, author }: Partial<Omit<Write, "items">> = {},
): Write {
  return { items, request, applySet, expectedHead, author };
}

/** Which version: when and by which revision it was written. */
export interface WrittenVersion {
  readonly revision: bigint;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly hash: string;
}

export type ItemOutcome = "created" | "changed" | "unchanged" | "dropped" | "absent";

export interface ItemResult {
  readonly id: string;
  readonly outcome: ItemOutcome;
  /** The version now; of a dropped one, the drop's; undefined where it was absent. */
  readonly version: WrittenVersion | undefined;
}

/** What became of a write. */
export type WriteResult =
  | {
      readonly result: "committed";
      /** One for each item, then one for each member that left the apply set. */
      readonly items: readonly ItemResult[];
      /** The revision that it made; the head where it changed nothing. */
      readonly revision: bigint;
      readonly history: string;
    }
  /** An expected version does not match; nothing was written. */
  | { readonly result: "conflict"; readonly id: string; readonly current: WrittenVersion | undefined }
  /** Another item expected the namespace at another revision; nothing was written. */
  | { readonly result: "moved"; readonly head: bigint }
  /** Its request id belongs to another request; nothing was written. */
  | { readonly result: "reused" };
