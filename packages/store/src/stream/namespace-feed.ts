import type { DomainError } from "@protomesh/core";
import type { ChangePage } from "../read/read-changes.js";
import type { Change } from "../read/change.js";
import type { Head } from "../read/head.js";
import { entriesOf, responseTail, type Entry } from "./encode-change.js";
import { lostPlace } from "./places.js";
import { Ring } from "./ring.js";
import { Segments } from "./segments.js";
import { SliceCache } from "./slice-cache.js";
import { sliceOf, type Slice } from "./slice.js";
import type { StreamMetrics } from "./stream-metrics.js";
import type { Watcher } from "./watcher.js";

export interface FeedOptions {
  readonly namespace: string;
  /** A page of the changes after a revision. */
  readonly readChanges: (after: bigint) => Promise<ChangePage>;
  readonly ringBytes: number;
  readonly metrics: StreamMetrics;
  /** Told of a read that failed; the feed tries again at the next wake-up. */
  readonly onError: (error: unknown) => void;
}

const nothing: readonly Buffer[] = [];

/**
 * One namespace's changes for all its watchers in this process: one reader, one ring, and a cursor for each watcher.
 *
 * Whoever wakes it (a local commit, a hint, a poll, a reconnect), it reads the table from its own head on; what wakes it
 * carries no promise. A local commit whose revisions follow the head spares the read.
 */
export class NamespaceFeed {
  readonly #options: FeedOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #slices = new SliceCache();
  readonly #segments = new Segments();
  #ring: Ring;
  #history: string;
  #floor: bigint;
  #reading = false;
  /** Woken while it read: what it reads may be older than the wake-up. */
  #again = false;
  #scheduled = false;
  #readAt = performance.now();
  #bookmark: { readonly position: bigint; readonly message: Buffer } | undefined;

  /** @param head where the feed begins: it knows of nothing before */
  constructor(options: FeedOptions, head: Head) {
    this.#options = options;
    this.#ring = new Ring(head.revision, options.ringBytes);
    this.#history = head.history;
    this.#floor = head.floor;
  }

  get head(): Head {
    return { revision: this.#ring.head, floor: this.#floor, history: this.#history };
  }

  /** When it last read up to the head, as `performance.now()` counts. */
  get readAt(): number {
    return this.#readAt;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  get ringBytes(): number {
    return this.#ring.bytes;
  }

  /** How far the watcher that is furthest behind is from the head. */
  get lag(): bigint {
    let lowest = this.#ring.head;
    for (const { position } of this.#watchers) if (position < lowest) lowest = position;
    return this.#ring.head - lowest;
  }

  /** Takes what this process has committed itself, in a turn of its own: the answers to the writes have been begun before. */
  offer(changes: readonly Change[], head: bigint, history: string): void {
    if (history === this.#history && this.#ring.append(entriesOf(this.#options.namespace, changes))) {
      if (this.#ring.head < head) void this.read();
      this.pumpAll();
    } else {
      void this.read();
    }
  }

  /** Somebody says that the head is at least here. */
  hint(revision: bigint): void {
    if (revision > this.#ring.head) void this.read();
  }

  /**
   * Reads what is new.
   * @returns whether there was anything
   */
  async poll(): Promise<boolean> {
    const before = this.#ring.head;
    await this.read();
    return this.#ring.head > before;
  }

  /** @param history the history that the watcher's place belongs to */
  attach(watcher: Watcher, history: string): void {
    if (history !== this.#history) {
      // One of the two is older; the next read says which.
      void this.read();
      watcher.sink.end(lostPlace(watcher.position, this.head));
      return;
    }
    // While nobody watched, nobody had to read.
    if (this.#watchers.size === 0) this.#readAt = performance.now();
    this.#watchers.add(watcher);
    this.hint(watcher.position);
    this.pump(watcher);
  }

  detach(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Gives every watcher an `end_of_list` as soon as it is up to date. */
  bookmark(): void {
    for (const watcher of this.#watchers) watcher.bookmarkDue = true;
    this.schedule();
  }

  /** Ends all watchers. */
  endAll(error: DomainError): void {
    for (const { sink } of this.#watchers) sink.end(error);
    this.#watchers.clear();
  }

  /** Watchers are served together, once for all that wakes them in one turn. */
  private schedule(): void {
    if (this.#scheduled || this.#watchers.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.pumpAll();
    });
  }

  private pumpAll(): void {
    for (const watcher of this.#watchers) this.pump(watcher);
  }

  /** Sends a watcher what it is due, one response at a time; each one's flush comes back here. */
  private pump(watcher: Watcher): void {
    while (!watcher.busy && this.#watchers.has(watcher)) {
      const message = this.nextMessage(watcher);
      if (message === undefined) return;
      watcher.busy = true;
      this.#options.metrics.responses.count++;
      watcher.sink.write(message, () => {
        watcher.busy = false;
        this.pump(watcher);
      });
    }
  }

  private nextMessage(watcher: Watcher): Buffer | undefined {
    while (watcher.outbox.length === 0 && watcher.position < this.#ring.head) {
      const slice = this.sliceFor(watcher);
      if (slice === undefined) return undefined;
      watcher.outbox = slice.messages;
      watcher.position = slice.through;
      if (slice.messages.length > 0) watcher.bookmarkDue = false;
    }
    const [message] = watcher.outbox;
    if (message !== undefined) {
      watcher.outbox = watcher.outbox.length === 1 ? nothing : watcher.outbox.slice(1);
      return message;
    }
    if (!watcher.bookmarkDue) return undefined;
    watcher.bookmarkDue = false;
    return this.bookmarkAt(watcher.position);
  }

  /** What follows a watcher's place; undefined where it has to be read first. */
  private sliceFor(watcher: Watcher): Slice | undefined {
    const { filter, style, view, position } = watcher;
    const cached = this.#slices.get(view, position);
    if (cached !== undefined) return cached;
    const writes = this.writesAfter(position);
    if (writes === undefined) {
      void this.catchUp(watcher);
      return undefined;
    }
    const slice = sliceOf(writes, filter, style, this.#history);
    this.#slices.set(view, position, slice);
    return slice;
  }

  private writesAfter(position: bigint): Iterable<Entry> | undefined {
    if (position >= this.#ring.tail) {
      this.#options.metrics.ringHits.inc();
      return this.#ring.after(position);
    }
    return this.#segments.after(position);
  }

  private bookmarkAt(position: bigint): Buffer {
    if (this.#bookmark?.position !== position) {
      this.#bookmark = { position, message: responseTail(position, this.#history, true) };
    }
    return this.#bookmark.message;
  }

  /** Reads the table for a watcher that the ring has left behind, for it and for all near it. */
  private async catchUp(watcher: Watcher): Promise<void> {
    if (watcher.reading) return;
    watcher.reading = true;
    try {
      await this.#segments.load(watcher.position, async (after) => this.readSegment(after));
      this.schedule();
    } catch (error) {
      this.#options.onError(error);
    } finally {
      watcher.reading = false;
    }
  }

  private async readSegment(after: bigint): Promise<Entry[]> {
    this.#options.metrics.tableReads.inc();
    const page = await this.#options.readChanges(after);
    const entries = entriesOf(this.#options.namespace, page.changes);
    if (this.accept(page) && entries.length === 0 && page.floor <= after) {
      throw new Error(`nothing follows revision ${after}, although the head was ${this.#ring.head}`);
    }
    return entries;
  }

  /** Reads from the head on until nothing is new; one read at a time. */
  private async read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.readPages();
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#reading = false;
    }
  }

  private async readPages(): Promise<void> {
    for (let more = true; more;) {
      const after = this.#ring.head;
      const page = await this.#options.readChanges(after);
      if (!this.accept(page)) return;
      if (page.revision < after || page.floor > after) {
        // Behind what was read before, or compacted past it: there is no way on from here.
        this.restart(page);
        return;
      }
      this.#ring.append(entriesOf(this.#options.namespace, page.changes));
      this.schedule();
      more = this.#ring.head < page.revision;
    }
    this.#readAt = performance.now();
  }

  /** Takes note of a page's floor; false, and everyone is sent away, where it is of another history. */
  private accept(page: Head): boolean {
    if (page.history !== this.#history) {
      this.restart(page);
      return false;
    }
    if (page.floor > this.#floor) {
      this.#floor = page.floor;
      this.endWhere(({ position }) => position < page.floor, page);
    }
    return true;
  }

  /** Begins anew at a head that does not follow from what was known; the watchers must list again. */
  private restart(head: Head): void {
    this.#ring = new Ring(head.revision, this.#options.ringBytes);
    this.#history = head.history;
    this.#floor = head.floor;
    this.#bookmark = undefined;
    this.#slices.clear();
    this.#segments.clear();
    this.endWhere(() => true, head);
  }

  private endWhere(isLost: (watcher: Watcher) => boolean, head: Head): void {
    for (const watcher of this.#watchers) {
      if (!isLost(watcher)) continue;
      this.#watchers.delete(watcher);
      watcher.sink.end(lostPlace(watcher.position, head));
    }
  }
}
