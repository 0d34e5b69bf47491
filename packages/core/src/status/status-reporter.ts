import { isDeepStrictEqual } from "node:util";
import type { ResourceStatus, ResourceStoreClient } from "../api.js";
import type { Logger } from "../logging/index.js";
import { backoffMs, type Backoff } from "../retry/backoff.js";
import { instanceBeatMs, instanceResourceId } from "./instance.js";
import { reasonOf, readStatuses, writeStatuses } from "./exchange.js";
import {
  removalOf,
  sayTheSame,
  saysNothing,
  statusOf,
  type StatusPlace,
  type StatusReport,
} from "./resource-status.js";

export interface StatusReporterOptions {
  readonly client: ResourceStoreClient;
  readonly namespace: string;
  /** `COMPONENT/NAME`; no two instances may have the same. */
  readonly reporter: string;
  readonly log: Logger;
  /** At least so long after a request comes the next one, in milliseconds; what is said meanwhile goes together. */
  readonly windowMs?: number;
  /** Between tries while the store does not answer. */
  readonly backoff?: Backoff;
  /** How often the store is asked what it really has, in milliseconds. */
  readonly resyncMs?: number;
}

/** How reporting stands, for `/status`. */
export interface StatusReporterState {
  readonly reporter: string;
  /** Resources of which something is said. */
  readonly said: number;
  /** Of which the store does not have the newest yet. */
  readonly waiting: number;
  /** Why the store does not take what is said. */
  readonly failure?: string;
}

/** As many statuses as one request carries. */
const largestRequest = 500;

/**
 * Keeps the store's statuses of one reporter as it last said them. Level-triggered: what counts is the newest report of
 * each resource; the store is first asked what it has, so that a restart writes what differs and nothing else.
 *
 * One request is under way at a time, and at most one each window, so that the number of writes does not grow with the
 * number of peers that answer. A lone report goes at once.
 */
export class StatusReporter {
  readonly #options: Required<StatusReporterOptions>;
  readonly #said = new Map<string, StatusReport>();
  /** What the store has of this reporter, by resource; undefined until it has been asked. */
  #kept: Map<string, ResourceStatus> | undefined;
  readonly #dirty = new Set<string>();
  #sending = 0;
  #isComplete = false;
  #instance: StatusReport | undefined;
  #beat: NodeJS.Timeout | undefined;
  #resync: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  #earliest = 0;
  #failures = 0;
  #failure: string | undefined;
  #underWay: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: StatusReporterOptions) {
    this.#options = {
      windowMs: 100,
      backoff: { initialMs: 200, maximumMs: 10_000 },
      resyncMs: 300_000,
      ...options,
    };
  }

  /** What is to be said of a resource from now on; undefined: nothing any more. */
  say(resourceId: string, report: StatusReport | undefined): void {
    const before = this.#said.get(resourceId);
    if (before === report || isDeepStrictEqual(before, report)) return;
    if (report === undefined) this.#said.delete(resourceId);
    else this.#said.set(resourceId, report);
    this.#touch(resourceId);
  }

  /** Everything has been said once: what the store has of other resources, from an earlier life, goes. */
  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    for (const id of this.#kept?.keys() ?? []) if (!this.#said.has(id)) this.#touch(id);
  }

  /**
   * What this instance says of itself, from now on again and again.
   * @param revision the namespace's revision that it has applied
   */
  instance(revision: bigint, details: Readonly<Record<string, string>>): void {
    this.#instance = { index: revision, statements: [], details };
    this.#beat ??= setInterval(() => this.#sayInstance(), instanceBeatMs).unref();
    this.#sayInstance();
  }

  /** How reporting stands. */
  describe(): StatusReporterState {
    return {
      reporter: this.#options.reporter,
      said: this.#said.size,
      waiting: this.#dirty.size + this.#sending,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }

  /** Ends the reports, and says that this instance lives no more; settles when that has been told, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#beat);
    clearTimeout(this.#resync);
    clearTimeout(this.#next);
    await this.#underWay;
    if (this.#kept?.has(instanceResourceId) !== true) return;
    const { client, namespace, log } = this.#options;
    try {
      await writeStatuses(client, namespace, [removalOf(this.#place(instanceResourceId))], 2_000);
    } catch (error) {
      log.warn({ err: error }, "could not tell the store that this instance ends");
    }
  }

  #sayInstance(): void {
    if (this.#instance === undefined) return;
    const { details, ...report } = this.#instance;
    this.say(instanceResourceId, { ...report, details: { ...details, beat: new Date().toISOString() } });
  }

  #touch(resourceId: string): void {
    this.#dirty.add(resourceId);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed || this.#next !== undefined || this.#underWay !== undefined) return;
    if (this.#kept !== undefined && this.#dirty.size === 0) return;
    // What is said in the same turn of the event loop goes together, also without a window to wait for.
    this.#next = setTimeout(() => this.#start(), Math.max(0, this.#earliest - performance.now()));
  }

  #start(): void {
    this.#next = undefined;
    this.#earliest = performance.now() + this.#options.windowMs;
    this.#underWay = this.#tryExchange();
  }

  async #tryExchange(): Promise<void> {
    try {
      await this.#exchange();
      this.#failures = 0;
      this.#failure = undefined;
    } catch (error) {
      this.#earliest = performance.now() + backoffMs(this.#failures++, this.#options.backoff);
      this.#failed(error);
    }
    this.#underWay = undefined;
    this.#schedule();
  }

  async #exchange(): Promise<void> {
    const { client, namespace, reporter, resyncMs } = this.#options;
    if (this.#kept === undefined) {
      const kept = await readStatuses(client, namespace, reporter);
      this.#kept = kept;
      const mayGo = this.#isComplete ? kept.keys() : [];
      for (const id of [...this.#said.keys(), ...mayGo]) this.#dirty.add(id);
      this.#resync = setTimeout(() => {
        this.#kept = undefined;
        this.#schedule();
      }, resyncMs).unref();
    }
    const kept = this.#kept;
    const ids = [...this.#dirty].slice(0, largestRequest);
    const statuses = ids.flatMap((id) => this.#newsOf(id, kept) ?? []);
    for (const id of ids) this.#dirty.delete(id);
    if (statuses.length === 0) return;
    this.#sending = statuses.length;
    try {
      await writeStatuses(client, namespace, statuses);
    } catch (error) {
      for (const id of ids) this.#dirty.add(id);
      throw error;
    } finally {
      this.#sending = 0;
    }
    for (const written of statuses) {
      if (saysNothing(written)) kept.delete(written.resourceId);
      else kept.set(written.resourceId, written);
    }
  }

  /** The status to write, where the store has another one than what is said. */
  #newsOf(resourceId: string, kept: ReadonlyMap<string, ResourceStatus>): ResourceStatus | undefined {
    const before = kept.get(resourceId);
    const report = this.#said.get(resourceId);
    const place = this.#place(resourceId);
    if (report === undefined) return before === undefined ? undefined : removalOf(place);
    const next = statusOf(place, report, before, Date.now());
    return before !== undefined && sayTheSame(before, next) ? undefined : next;
  }

  #failed(error: unknown): void {
    const reason = reasonOf(error);
    if (this.#failure === undefined) {
      this.#options.log.warn({ reason }, "the store does not take statuses; trying again");
    }
    this.#failure = reason;
  }

  #place(resourceId: string): StatusPlace {
    const { namespace, reporter } = this.#options;
    return { namespace, resourceId, reporter };
  }
}
