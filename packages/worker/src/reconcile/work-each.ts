import { backoffMs, type Backoff } from "@protomesh/core";
import { Observable, timer, type Subscription } from "rxjs";

/** Keys to work on, and the state that the work is to see. */
export interface Wakeup<S> {
  readonly state: S;
  readonly keys: readonly string[];
}

export interface WorkEachOptions {
  /** How many keys are worked on at once. */
  readonly concurrency: number;
  /** How long a key waits after its work has failed. */
  readonly backoff: Backoff;
  readonly random?: () => number;
  /** In milliseconds, from any beginning. */
  readonly clock?: () => number;
}

/** How the work on one key went. */
export type Work<R> = {
  readonly key: string;
  /** How long ago the key was woken, in milliseconds. */
  readonly sinceWokenMs: number;
} & (
  | { readonly went: "well"; readonly result: R }
  | { readonly went: "wrong"; readonly error: unknown; readonly againInMs: number }
);

/** What the work on a key found. */
export interface Done {
  /** Work on it again after this time, in milliseconds, even if nothing wakes it. */
  readonly againInMs?: number | undefined;
}

/**
 * Works on each key that is woken: in the order of waking, a key at most once at a time, with the newest state that there
 * is when the work begins. A key that is woken during its work is worked on once more. Failed work is repeated with
 * backoff, or at once when the key is woken.
 *
 * When the source completes nothing new begins, and the result completes with the last work under way.
 */
export function workEach<S, R extends Done>(
  wakeups: Observable<Wakeup<S>>,
  work: (key: string, state: S) => Observable<R>,
  options: WorkEachOptions,
): Observable<Work<R>> {
  return new Observable((subscriber) => {
    let latest: { readonly state: S } | undefined;
    let closing = false;
    const { clock = () => performance.now() } = options;
    /** By key: since when it waits. */
    const waiting = new Map<string, number>();
    /** By key: since when it waits to be worked on once more. */
    const busy = new Map<string, { wokenAt: number | undefined }>();
    const failures = new Map<string, number>();
    const timers = new Map<string, Subscription>();

    const wake = (key: string): void => {
      timers.get(key)?.unsubscribe();
      timers.delete(key);
      const current = busy.get(key);
      if (current === undefined) waiting.set(key, waiting.get(key) ?? clock());
      else current.wokenAt ??= clock();
    };

    const wakeLater = (key: string, ms: number): void => {
      timers.set(
        key,
        timer(ms).subscribe(() => {
          wake(key);
          beginNext();
        }),
      );
    };

    const beginNext = (): void => {
      for (const [key, wokenAt] of waiting) {
        if (closing || latest === undefined || busy.size >= options.concurrency) break;
        waiting.delete(key);
        busy.set(key, { wokenAt: undefined });
        begin(key, wokenAt, latest.state);
      }
      if (closing && busy.size === 0) subscriber.complete();
    };

    const begin = (key: string, wokenAt: number, state: S): void => {
      let againInMs: number | undefined;
      const inner = work(key, state).subscribe({
        next: (result) => {
          againInMs = result.againInMs;
          subscriber.next({ key, sinceWokenMs: clock() - wokenAt, went: "well", result });
        },
        error: (error: unknown) => {
          const failed = failures.get(key) ?? 0;
          failures.set(key, failed + 1);
          const waitMs = backoffMs(failed, options.backoff, options.random);
          subscriber.next({ key, sinceWokenMs: clock() - wokenAt, went: "wrong", error, againInMs: waitMs });
          ended(key, waitMs);
        },
        complete: () => {
          failures.delete(key);
          ended(key, againInMs);
        },
      });
      subscriber.add(inner);
    };

    const ended = (key: string, againInMs: number | undefined): void => {
      const wokenAt = busy.get(key)?.wokenAt;
      busy.delete(key);
      if (wokenAt !== undefined) waiting.set(key, wokenAt);
      else if (againInMs !== undefined && !closing) wakeLater(key, againInMs);
      beginNext();
    };

    subscriber.add(() => {
      for (const pending of timers.values()) pending.unsubscribe();
    });
    subscriber.add(
      wakeups.subscribe({
        next: ({ state, keys }) => {
          latest = { state };
          keys.forEach(wake);
          beginNext();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          closing = true;
          for (const pending of timers.values()) pending.unsubscribe();
          beginNext();
        },
      }),
    );
  });
}
