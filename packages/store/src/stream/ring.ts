import type { Entry } from "./encode-change.js";

/** The newest writes of a namespace, without gaps, as many as fit. */
export class Ring {
  readonly #limitBytes: number;
  readonly #entries = new Map<bigint, Entry>();
  #bytes = 0;
  /** Writes after this revision, up to the head, are here. */
  #tail: bigint;
  #head: bigint;

  /** @param head the revision that the first write appended follows */
  constructor(head: bigint, limitBytes: number) {
    this.#head = head;
    this.#tail = head;
    this.#limitBytes = limitBytes;
  }

  /** The newest revision. */
  get head(): bigint {
    return this.#head;
  }

  /** The oldest revision that `after` can begin behind. */
  get tail(): bigint {
    return this.#tail;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends writes; those that are there already are passed over.
   * @returns false, and appends nothing, where they do not follow the head
   */
  append(entries: readonly Entry[]): boolean {
    const fresh = entries.filter(({ revision }) => revision > this.#head);
    if (fresh.some(({ revision }, index) => revision !== this.#head + BigInt(index) + 1n)) return false;
    for (const entry of fresh) {
      this.#entries.set(entry.revision, entry);
      this.#bytes += entry.bytes;
      this.#head = entry.revision;
    }
    while (this.#bytes > this.#limitBytes && this.#tail < this.#head) this.forgetOldest();
    return true;
  }

  /** The writes after a revision, oldest first. The revision lies between the tail and the head. */
  *after(revision: bigint): Generator<Entry, void, undefined> {
    for (let next = revision + 1n; next <= this.#head; next++) {
      const entry = this.#entries.get(next);
      if (entry === undefined) throw new RangeError(`the ring holds ${this.#tail} to ${this.#head}, not ${next}`);
      yield entry;
    }
  }

  private forgetOldest(): void {
    this.#tail++;
    this.#bytes -= this.#entries.get(this.#tail)?.bytes ?? 0;
    this.#entries.delete(this.#tail);
  }
}
