/** A declaration of one kind, and which resource it stands in. */
export interface Declared<T> {
  /** The resource's id. */
  readonly id: string;
  /** The revision that wrote it. */
  readonly index: bigint;
  /** The revision that created its resource: its age. */
  readonly createdIndex: bigint;
  readonly value: T;
}

/**
 * Orders declarations that claim the same thing: the first one has it. It follows from the declarations alone, so that
 * every replica decides alike, also after a restart, and a change costs nobody what it has: created longest ago first, and
 * among those of one revision by id.
 */
export function byAge(a: Declared<unknown>, b: Declared<unknown>): number {
  if (a.createdIndex !== b.createdIndex) return a.createdIndex < b.createdIndex ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
