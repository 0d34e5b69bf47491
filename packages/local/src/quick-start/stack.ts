/** What has been started, and what is still starting: ended in the reverse order, whatever state each is in. */
export class Stack {
  readonly #ends: (() => Promise<void>)[] = [];

  /**
   * Takes what is being started, and gives it back to be awaited. A start that fails has ended what it had begun.
   * @param stop ends what was started
   */
  async add<T>(start: Promise<T>, stop: (started: T) => Promise<unknown>): Promise<T> {
    this.#ends.push(async () => {
      const [result] = await Promise.allSettled([start]);
      if (result.status === "fulfilled") await stop(result.value);
    });
    return start;
  }

  /** Ends everything, the newest first; a start that is under way is awaited, and what came of it ended. */
  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }
}
