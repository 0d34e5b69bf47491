import { unavailable, type DomainError } from "@protomesh/core";
import { DatabaseError } from "../database/database-error.js";
import type { Database } from "../database/database.js";
import { DatabaseClock } from "./database-clock.js";
import { readStatusChanges, readStatuses, type StatusFilter } from "./read-statuses.js";
import { StatusWatcher, type StatusSink } from "./status-watcher.js";

export interface StatusFeedsOptions {
  readonly database: Database;
  readonly onError: (error: unknown) => void;
}

interface Feed {
  readonly watchers: Map<StatusWatcher, (error: DomainError) => void>;
  /** Everything up to this place on the clock has been handed to the watchers. */
  revision: bigint;
  readonly clock: DatabaseClock;
  reading: boolean;
  again: boolean;
  readAt: number;
}

/**
 * Removed statuses are kept for an hour, so that others hear of the removal. Who could not read for longer would not, and
 * must begin anew.
 */
const longestGapMs = 30 * 60_000;

/** The statuses of all namespaces that somebody watches here: one reader for all watchers of a namespace. */
export class StatusFeeds {
  readonly #options: StatusFeedsOptions;
  readonly #feeds = new Map<string, Feed>();

  constructor(options: StatusFeedsOptions) {
    this.#options = options;
  }

  /**
   * Serves one watch until it is aborted: the statuses now first, then each that changes.
   * @param end called where the watch cannot go on
   */
  async watch(
    namespace: string,
    filter: StatusFilter,
    sink: StatusSink,
    signal: AbortSignal,
    end: (error: DomainError) => void,
  ): Promise<void> {
    const { rows, revision, nowMicros } = await this.#options.database.run("read", async (sql) =>
      readStatuses(sql, namespace, filter),
    );
    if (signal.aborted) return;
    const feed = this.#feeds.get(namespace) ?? this.open(namespace, revision, nowMicros);
    const watcher = new StatusWatcher(namespace, filter, sink, { since: revision, now: () => feed.clock.now() });
    feed.watchers.set(watcher, end);
    signal.addEventListener(
      "abort",
      () => {
        feed.watchers.delete(watcher);
        if (feed.watchers.size === 0 && this.#feeds.get(namespace) === feed) this.#feeds.delete(namespace);
      },
      { once: true },
    );
    watcher.begin(rows);
    this.hint(namespace, revision);
  }

  /** Somebody says that a namespace's clock is at least here. */
  hint(namespace: string, revision: bigint): void {
    const feed = this.#feeds.get(namespace);
    if (feed !== undefined && revision > feed.revision) void this.read(namespace, feed);
  }

  /** Reads every namespace's news: hints may have been missed. */
  poll(): void {
    for (const [namespace, feed] of this.#feeds) void this.read(namespace, feed);
  }

  /** Ends all watches, so that their clients go elsewhere. */
  end(): void {
    for (const feed of this.#feeds.values()) endAll(feed, unavailable("the store is shutting down"));
    this.#feeds.clear();
  }

  private open(namespace: string, revision: bigint, nowMicros: bigint): Feed {
    const clock = new DatabaseClock(nowMicros);
    const feed = { watchers: new Map(), revision, clock, reading: false, again: false, readAt: performance.now() };
    this.#feeds.set(namespace, feed);
    return feed;
  }

  private async read(namespace: string, feed: Feed): Promise<void> {
    feed.again = true;
    if (feed.reading) return;
    feed.reading = true;
    try {
      while (feed.again) {
        feed.again = false;
        await this.readPages(namespace, feed);
      }
    } catch (error) {
      // The database tells of its own troubles, and the next poll reads again.
      if (!(error instanceof DatabaseError) || error.failure === "rejected") this.#options.onError(error);
    } finally {
      feed.reading = false;
    }
  }

  private async readPages(namespace: string, feed: Feed): Promise<void> {
    for (let more = true; more;) {
      const page = await this.#options.database.run("read", async (sql) =>
        readStatusChanges(sql, namespace, feed.revision),
      );
      const gapMs = performance.now() - feed.readAt;
      if (page.revision < feed.revision || gapMs > longestGapMs) {
        this.#feeds.delete(namespace);
        endAll(feed, unavailable("changes of statuses were missed: begin anew"));
        return;
      }
      feed.readAt = performance.now();
      feed.revision = page.revision;
      feed.clock.set(page.nowMicros);
      more = page.more;
      for (const watcher of feed.watchers.keys()) watcher.add(page.rows);
    }
  }
}

function endAll(feed: Feed, error: DomainError): void {
  for (const end of feed.watchers.values()) end(error);
  feed.watchers.clear();
}
