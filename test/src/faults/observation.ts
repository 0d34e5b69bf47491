/** A client's own account of a run: every answer that a writer or reader got, every response that a watcher received. */
export interface Observations {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly responses: readonly WatchResponse[];
}

/** The content of a resource: what its writer put into it; undefined: it is not there. */
export type Content = string | undefined;

/** When a request was sent and when its outcome was known, on one monotonic clock, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Write extends Span {
  readonly writer: string;
  /** What was asked for, by resource id. */
  readonly wanted: ReadonlyMap<string, Content>;
  readonly outcome: WriteOutcome;
}

export type WriteOutcome =
  | {
      readonly kind: "acknowledged";
      readonly history: string;
      /** By resource id: the version that the store answered with; undefined where nothing was there to drop. */
      readonly indexes: ReadonlyMap<string, bigint | undefined>;
    }
  /** The store said that nothing was written. */
  | { readonly kind: "refused"; readonly code: string }
  /** The answer was lost: it may have been written. */
  | { readonly kind: "unknown"; readonly code: string };

export interface Read extends Span {
  readonly id: string;
  readonly history: string;
  readonly content: Content;
  /** The version that was read; undefined: there was none. */
  readonly index: bigint | undefined;
}

/** One response of a watch, as it came over the wire. */
export interface WatchResponse {
  readonly watcher: string;
  /** Which of the watcher's streams, counted from 0, and from where that one was to go on. */
  readonly stream: number;
  readonly resumedFrom: { readonly history: string; readonly revision: bigint } | undefined;
  readonly changes: readonly Change[];
  readonly endOfList: boolean;
  readonly revision: bigint;
  readonly history: string;
}

export interface Change {
  readonly id: string;
  readonly index: bigint;
  readonly content: Content;
}

/** The stream of changes as the database holds it in the end: each revision of the history that it is in now. */
export interface Truth {
  readonly history: string;
  /** Histories that this one took over whole: what was acknowledged in them is in this one, at the same revision. */
  readonly ancestors: readonly string[];
  readonly head: bigint;
  readonly changes: readonly Change[];
}

/** Whether what was promised in a history must be kept by the one that holds in the end. */
export function isBound(history: string, truth: Truth): boolean {
  return history === truth.history || truth.ancestors.includes(history);
}

/** A promise that was not kept, in words that lead to the place. */
export interface Breach {
  readonly promise: StorePromise;
  readonly what: string;
}

/** The promises to a watcher and to a writer, by name. */
export type StorePromise =
  | "ordered"
  | "unique"
  | "reliable"
  | "atomic"
  | "resumable"
  | "bookmarkable"
  | "durable"
  | "linearizable";
