import { resourceExhausted } from "@protomesh/core";
import { DatabaseError, unavailableOf } from "../database/database-error.js";
import type { CommittedGroup } from "./commit-group.js";
import { takeGroup, type Queued } from "./take-group.js";
import type { Write, WriteResult } from "./write.js";

export interface WriterOptions {
  /**
   * Commits a group in one transaction.
   * @throws DatabaseError
   */
  readonly commit: (writes: readonly Write[]) => Promise<CommittedGroup>;
  /** Told of each group that was committed. */
  readonly committed: (group: CommittedGroup) => void;
  /** The most bytes that may wait. */
  readonly queueLimit: number;
}

/** Has something done when nobody waits for an answer any more; it may be done after the answer, too. */
export type OnCancelled = (act: () => void) => void;

interface Waiting extends Queued {
  readonly settle: (result: WriteResult) => void;
  readonly fail: (error: unknown) => void;
  queued: boolean;
  /** How often it was tried again after a lost connection. */
  retries: number;
}

/**
 * Gathers the writes to one namespace while a group is on its way, and commits them as the next. An idle one commits at
 * once. Each caller gets its own result or its own error, after the commit.
 */
export class NamespaceWriter {
  readonly #options: WriterOptions;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #busy = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Nothing waits and nothing is on its way. */
  get idle(): boolean {
    return !this.#busy && this.#queue.length === 0;
  }

  /**
   * @param onCancelled a cancelled write is taken back where it still waits; one on its way is carried out
   * @throws DomainError: unavailable, or resource-exhausted where too much waits
   */
  async submit(write: Write, onCancelled?: OnCancelled): Promise<WriteResult> {
    const bytes = bytesOf(write);
    if (this.#queue.length > 0 && this.#queuedBytes + bytes > this.#options.queueLimit) {
      throw resourceExhausted(
        `more writes to the namespace wait than store.limits.queue allows (${this.#options.queueLimit} bytes)`,
      );
    }
    return new Promise<WriteResult>((resolve, reject) => {
      const waiting: Waiting = { write, bytes, settle: resolve, fail: reject, queued: true, retries: 0 };
      this.#queue.push(waiting);
      this.#queuedBytes += bytes;
      onCancelled?.(() => this.takeBack(waiting));
      void this.pump();
    });
  }

  private takeBack(waiting: Waiting): void {
    if (!waiting.queued) return;
    waiting.queued = false;
    this.#queue = this.#queue.filter((other) => other !== waiting);
    this.#queuedBytes -= waiting.bytes;
    waiting.fail(new CancelledWrite());
  }

  private async pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length > 0) {
      const { group, rest } = takeGroup(this.#queue);
      this.#queue = [...rest];
      for (const waiting of group) {
        waiting.queued = false;
        this.#queuedBytes -= waiting.bytes;
      }
      await this.commit(group);
    }
    this.#busy = false;
  }

  private async commit(group: readonly Waiting[]): Promise<void> {
    let committed: CommittedGroup;
    try {
      committed = await this.#options.commit(group.map(({ write }) => write));
    } catch (error) {
      await this.failed(group, error);
      return;
    }
    for (const [index, { settle, fail }] of group.entries()) {
      const result = committed.results[index];
      if (result === undefined) fail(new Error("a write got no result"));
      else settle(result);
    }
    this.#options.committed(committed);
  }

  private async failed(group: readonly Waiting[], error: unknown): Promise<void> {
    const failure = error instanceof DatabaseError ? error.failure : undefined;
    if (failure === "rejected" && group.length > 1) {
      // One of them is at fault: the others must not suffer for it.
      const half = Math.ceil(group.length / 2);
      await this.commit(group.slice(0, half));
      await this.commit(group.slice(half));
      return;
    }
    const answer = answerTo(error);
    for (const waiting of group) {
      // A request id makes it safe to ask again what became of it.
      if (failure === "unknown" && waiting.write.request !== undefined && waiting.retries++ === 0) {
        waiting.queued = true;
        this.#queue.unshift(waiting);
        this.#queuedBytes += waiting.bytes;
      } else {
        waiting.fail(answer);
      }
    }
  }
}

/** A write that its caller took back before it was on its way: nothing was written. */
export class CancelledWrite extends Error {
  override readonly name = "CancelledWrite";
}

function answerTo(error: unknown): unknown {
  return error instanceof DatabaseError && error.failure !== "rejected" ? unavailableOf(error) : error;
}

function bytesOf({ items }: Write): number {
  return items.reduce((sum, item) => sum + 256 + (item.op === "put" ? item.spec.length : 0), 0);
}
