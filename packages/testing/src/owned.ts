/** Registers how something that was opened ends. */
export type Own = (end: () => unknown) => void;

/**
 * Opens several things as one, with a `stop` that ends everything that was registered, the newest first. What was opened
 * ends as well when `open` fails.
 * @throws what `open` throws
 */
export async function opened<T extends object>(open: (own: Own) => Promise<T>): Promise<T & { stop(): Promise<void> }> {
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await open((end) => ends.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
