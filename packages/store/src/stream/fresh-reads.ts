/**
 * Shares reads among those who ask at the same time. A read that began before somebody asked may be older than what they
 * have seen: they get the next one, together with all who ask meanwhile.
 */
export class FreshReads<T> {
  readonly #read: () => Promise<T>;
  #current: Promise<unknown> | undefined;
  #next: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  get idle(): boolean {
    return this.#current === undefined && this.#next === undefined;
  }

  /** What a read that begins after this call gives. */
  async read(): Promise<T> {
    this.#next ??= this.begin(this.#current);
    return this.#next;
  }

  private async begin(before: Promise<unknown> | undefined): Promise<T> {
    // Those who ask in the same turn share the read, too.
    await (before ?? Promise.resolve());
    this.#next = undefined;
    const reading = this.#read();
    const settled = reading.then(
      () => undefined,
      () => undefined,
    );
    this.#current = settled;
    try {
      return await reading;
    } finally {
      if (this.#current === settled) this.#current = undefined;
    }
  }
}
