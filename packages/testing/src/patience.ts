/**
 * How long a test polls for what is to come, and how often it looks, for `expect.poll`: long enough for a machine that is
 * busy, or stands still for a while, and shorter than a test may take, so that the test says what it waited for.
 */
export const patience = { timeout: 45_000, interval: 20 } as const;
