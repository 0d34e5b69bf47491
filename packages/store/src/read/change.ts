/** One change of one resource, as a write made it. */
export interface Change {
  readonly revision: bigint;
  /** The revision that created the resource: this one, where it is new. */
  readonly createdRevision: bigint;
  readonly id: string;
  readonly dropped: boolean;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly hash: string;
  /** One of the six kinds, else the spec's type URL. */
  readonly kind: string;
  /** The kind that the resource had before, where it was another. */
  readonly replacedKind: string | undefined;
  /** Of a drop, these are the resource as it was last. */
  readonly name: string;
  readonly typeUrl: string;
  readonly spec: Uint8Array;
}
