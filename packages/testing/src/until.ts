/**
 * How long a test waits for what is to come, and how often it looks: long enough for a machine that is busy, or stands
 * still for a while, and shorter than a test may take, so that the test says what it waited for. Of `until` and, by
 * vitest.config.ts, of `expect.poll`.
 */
export const patience = { patienceMs: 45_000, pollMs: 20 } as const;

export interface Patience {
  /** How long to wait; 45 s by default. */
  readonly patienceMs?: number;
  /** How often to look; each 20 ms by default. */
  readonly pollMs?: number;
  /** Said when it was in vain: how things stand then. */
  readonly last?: () => string;
}

/** What a condition says: a value, or not yet. */
type Outcome<T> = T | false | null | undefined;

/**
 * Waits until a condition is truthy and returns its value. A condition that throws counts as not yet; its last error is
 * told when the patience is over.
 * @param what the condition in words, as in "the cluster is warm"
 */
export async function until<T>(
  condition: () => Outcome<T> | Promise<Outcome<T>>,
  what: string,
  { patienceMs = patience.patienceMs, pollMs = patience.pollMs, last }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  } while (performance.now() < deadline);
  const state = last === undefined ? "" : `; ${last()}`;
  throw new Error(`waited ${patienceMs / 1000} s in vain for: ${what}${state}`, { cause });
}
