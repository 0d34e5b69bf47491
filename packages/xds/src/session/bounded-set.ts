/** A set of texts that forgets the oldest where it would hold more than a number. */
export class BoundedSet implements Iterable<string> {
  readonly #most: number;
  readonly #members = new Set<string>();
  #hasForgotten = false;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Whether there ever were more members than it holds. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  /** A member that is there already becomes the newest. */
  add(member: string): void {
    this.#members.delete(member);
    this.#members.add(member);
    const [oldest] = this.#members;
    if (this.#members.size <= this.#most || oldest === undefined) return;
    this.#members.delete(oldest);
    this.#hasForgotten = true;
  }

  clear(): void {
    this.#members.clear();
  }

  delete(member: string): boolean {
    return this.#members.delete(member);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#members[Symbol.iterator]();
  }
}
