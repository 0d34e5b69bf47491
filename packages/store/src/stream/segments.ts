import type { Entry } from "./encode-change.js";

const kept = 4;

/** A stretch of the stream as it was read from the table. */
interface Segment {
  readonly after: bigint;
  readonly entries: readonly Entry[];
  readonly through: bigint;
}

/** Stretches of the stream that lie before the ring, shared by the watchers that lag behind it. */
export class Segments {
  #segments: readonly Segment[] = [];
  #loading: Promise<void> | undefined;

  /** The writes after a revision as far as they were read; undefined where they were not. */
  after(position: bigint): Iterable<Entry> | undefined {
    const segment = this.#segments.find(({ after, through }) => after <= position && position < through);
    return segment?.entries.slice(Number(position - segment.after));
  }

  /**
   * Has the writes after a revision read, one read at a time: a watcher who comes while another's is on the way waits for
   * it, as it may bring both what they need.
   * @param read the writes after a revision, oldest first, without gaps
   */
  async load(position: bigint, read: (after: bigint) => Promise<readonly Entry[]>): Promise<void> {
    while (this.#loading !== undefined) await this.#loading;
    if (this.after(position) !== undefined) return;
    const reading = read(position);
    this.#loading = reading.then(
      () => undefined,
      () => undefined,
    );
    try {
      const entries = await reading;
      const through = entries.at(-1)?.revision ?? position;
      this.#segments = [...this.#segments, { after: position, entries, through }].slice(-kept);
    } finally {
      this.#loading = undefined;
    }
  }

  clear(): void {
    this.#segments = [];
  }
}
