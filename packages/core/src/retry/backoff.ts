/** How long to wait between tries; all in milliseconds. */
export interface Backoff {
  readonly initialMs: number;
  readonly maximumMs: number;
}

/**
 * The wait before try `attempt` (0 is the first repetition), in milliseconds: doubled each time up to the maximum, of
 * which a random half is taken away, so that those who failed together do not come back together.
 */
export function backoffMs(
  attempt: number,
  { initialMs, maximumMs }: Backoff,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(maximumMs, initialMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random();
}
