import { Registry } from "prom-client";
import type { Observable } from "rxjs";
import type { Logger } from "../logging/index.js";
import { registerPartGauge } from "./part-gauge.js";
import type { Scope } from "./program.js";
import { ReadinessBoard, type Part, type Readiness } from "./readiness.js";

interface Owned {
  readonly what: string;
  readonly end: () => void | Promise<void>;
}

export interface ScopeOptions {
  readonly name: string;
  readonly log: Logger;
  readonly drainTimeoutMs: number;
  /** Called once with what the program cannot recover from. */
  readonly onFailure: (error: unknown) => void;
}

/** One running program: what it owns, how it stands, and how it ends. */
export class ProgramScope implements Scope {
  readonly name: string;
  readonly log: Logger;
  readonly metrics = new Registry();
  readonly drainTimeoutMs: number;
  /** By name: where the program's ports are open. */
  readonly addresses: Record<string, string> = {};
  readonly #board = new ReadinessBoard();
  readonly #owned: Owned[] = [];
  readonly #descriptions = new Map<string, () => unknown>();
  readonly #drain = new AbortController();
  readonly #onFailure: (error: unknown) => void;
  #drained: Promise<void> | undefined;

  constructor({ name, log, drainTimeoutMs, onFailure }: ScopeOptions) {
    this.name = name;
    this.log = log;
    this.drainTimeoutMs = drainTimeoutMs;
    this.#onFailure = onFailure;
    registerPartGauge(this.metrics, this.#board);
  }

  get draining(): AbortSignal {
    return this.#drain.signal;
  }

  get readiness(): Observable<Readiness> {
    return this.#board.changes;
  }

  get readinessNow(): Readiness {
    return this.#board.now;
  }

  own(what: string, end: () => void | Promise<void>): void {
    this.#owned.push({ what, end });
    // Opened after the drain began: nobody would come back for it.
    if (this.#drained !== undefined) this.#drained = this.#drained.then(() => this.endOwned());
  }

  part(name: string): Part {
    return this.#board.part(name);
  }

  status(name: string, describe: () => unknown): void {
    this.#descriptions.set(name, describe);
  }

  listening(name: string, address: string): void {
    this.addresses[name] = address;
    this.log.info({ address }, `${name} listening`);
  }

  fail(error: unknown): void {
    this.log.fatal({ err: error }, "cannot go on");
    this.#onFailure(error);
  }

  /** The program's start is over and its parts alone decide whether it is ready. */
  started(): void {
    this.#board.started();
  }

  /** What `/status` answers. */
  describe(): Record<string, unknown> {
    const described = [...this.#descriptions].map(([name, describe]): [string, unknown] => [name, describe()]);
    return {
      program: this.name,
      addresses: this.addresses,
      readiness: this.#board.now,
      ...Object.fromEntries(described),
    };
  }

  /** Ends everything that the program owns, the newest first; at most once. Errors are logged, and the rest goes on. */
  async drain(): Promise<void> {
    if (this.#drained === undefined) {
      this.#board.draining();
      this.#drain.abort();
      this.#drained = this.endOwned();
    }
    let seen: Promise<void> | undefined;
    while (seen !== this.#drained) {
      seen = this.#drained;
      await seen;
    }
  }

  private async endOwned(): Promise<void> {
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      try {
        await owned.end();
      } catch (error) {
        this.log.error({ err: error }, `${owned.what} did not end cleanly`);
      }
    }
  }
}
