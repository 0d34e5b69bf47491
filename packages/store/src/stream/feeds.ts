import { unavailable } from "@protomesh/core";
import type { Database } from "../database/database.js";
import { DatabaseError } from "../database/database-error.js";
import { readHead, type Head } from "../read/head.js";
import { readListPage } from "../read/list-page.js";
import { readChanges } from "../read/read-changes.js";
import type { Change } from "../read/change.js";
import { FreshReads } from "./fresh-reads.js";
import { ListingCache } from "./listing-cache.js";
import { NamespaceFeed } from "./namespace-feed.js";
import type { StreamMetrics } from "./stream-metrics.js";

export interface FeedsOptions {
  readonly database: Database;
  readonly ringBytes: number;
  readonly metrics: StreamMetrics;
  readonly onError: (error: unknown) => void;
}

/** What one namespace's watches share. */
export interface NamespaceStream {
  readonly feed: NamespaceFeed;
  readonly listing: ListingCache;
}

interface Held extends NamespaceStream {
  users: number;
  linger: NodeJS.Timeout | undefined;
}

/** A stream that nobody watches is kept for a while: clients come back after a moment. */
const lingerMs = 30_000;
/** A page of the state: each watch that begins holds one on its way, so many that begin at once hold as many. */
const pageLimits = { limit: 250, bytes: 64 * 1024 };

/** The streams of all namespaces that somebody watches here. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #streams = new Map<string, Held>();
  readonly #heads = new Map<string, FreshReads<Head>>();

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** Of each namespace that is watched here. */
  get all(): Iterable<readonly [string, NamespaceFeed]> {
    return [...this.#streams].map(([namespace, { feed }]) => [namespace, feed] as const);
  }

  /** A namespace's head, read after this call. */
  async freshHead(namespace: string): Promise<Head> {
    const reads =
      this.#heads.get(namespace) ??
      new FreshReads(async () => this.#options.database.run("read", async (sql) => readHead(sql, namespace)));
    this.#heads.set(namespace, reads);
    try {
      return await reads.read();
    } finally {
      if (reads.idle) this.#heads.delete(namespace);
    }
  }

  /** A namespace's stream, kept until it is released; where there was none, it begins at this head. */
  hold(namespace: string, head: Head): NamespaceStream {
    const held = this.#streams.get(namespace) ?? this.open(namespace, head);
    held.users++;
    clearTimeout(held.linger);
    return held;
  }

  release(namespace: string): void {
    const held = this.#streams.get(namespace);
    if (held === undefined || --held.users > 0) return;
    held.linger = setTimeout(() => this.#streams.delete(namespace), lingerMs);
    held.linger.unref();
  }

  /** Hands on what this process has committed. */
  committed(namespace: string, changes: readonly Change[], head: bigint, history: string): void {
    this.#streams.get(namespace)?.feed.offer(changes, head, history);
  }

  hint(namespace: string, revision: bigint): void {
    this.#streams.get(namespace)?.feed.hint(revision);
  }

  /** Reads every namespace's news: hints may have been missed. */
  async resync(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(async ({ feed }) => feed.poll()));
  }

  /** @param listening whether hints should have told of what is found */
  async poll(listening: boolean): Promise<void> {
    for (const { feed } of this.#streams.values()) {
      if (feed.watchers === 0) continue;
      if ((await feed.poll()) && listening) this.#options.metrics.missedHints.inc();
    }
  }

  /** The watched namespace whose changes were read the longest time ago. */
  stalest(): { readonly namespace: string; readonly sinceMs: number } {
    let stalest = { namespace: "", sinceMs: 0 };
    for (const [namespace, { feed }] of this.#streams) {
      const sinceMs = performance.now() - feed.readAt;
      if (feed.watchers > 0 && sinceMs > stalest.sinceMs) stalest = { namespace, sinceMs };
    }
    return stalest;
  }

  bookmark(): void {
    for (const { feed } of this.#streams.values()) feed.bookmark();
  }

  /** Ends all watches, so that their clients go elsewhere. */
  end(): void {
    for (const { feed, linger } of this.#streams.values()) {
      clearTimeout(linger);
      feed.endAll(unavailable("the store is shutting down"));
    }
    this.#streams.clear();
  }

  private open(namespace: string, head: Head): Held {
    const { database, ringBytes, metrics, onError } = this.#options;
    const feed = new NamespaceFeed(
      {
        namespace,
        readChanges: async (after) => database.run("read", async (sql) => readChanges(sql, namespace, after)),
        ringBytes,
        metrics,
        // The database tells of its own troubles, and reads again when it is back.
        onError: (error) => {
          if (!(error instanceof DatabaseError) || error.failure === "rejected") onError(error);
        },
      },
      head,
    );
    const listing = new ListingCache({
      namespace,
      readPage: async (revision, afterId, kinds, each) =>
        database.run("read", async (sql) =>
          readListPage(sql, { namespace, revision, afterId, kinds, ids: [], ...pageLimits }, each),
        ),
    });
    const held = { feed, listing, users: 0, linger: undefined };
    this.#streams.set(namespace, held);
    return held;
  }
}
