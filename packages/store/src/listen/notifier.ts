import { arrayLiteral, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import { channel, encodeNotice, type Notice } from "./payload.js";

/** Sends payloads to all who listen. */
export async function sendNotices(sql: Session, payloads: readonly string[]): Promise<void> {
  await sql`SELECT pg_notify(${channel}, p) FROM unnest(${arrayLiteral(payloads.map(textElement))}::text[]) AS p`;
}

export interface NotifierOptions {
  readonly send: (payloads: readonly string[]) => Promise<void>;
  /** Told of notices that were lost: others find out by their polls. */
  readonly onError: (error: unknown) => void;
}

/**
 * Tells other stores what is new, after the commit and outside its transaction, where NOTIFY would hold a lock of the whole
 * server. One call at a time; of what gathers meanwhile, the newest of each namespace is told.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #pending = new Map<string, Notice>();
  #sending = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  notify(notice: Notice): void {
    this.#pending.set(`${notice.about} ${notice.namespace}`, notice);
    void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#pending.size > 0) {
      const payloads = [...this.#pending.values()].map(encodeNotice);
      this.#pending.clear();
      try {
        await this.#options.send(payloads);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    this.#sending = false;
  }
}
