import { Metadata } from "@grpc/grpc-js";
import type { ResourceStoreClient } from "@protomesh/core/api";
import type { Written } from "./ledger.js";
import { Subject, type Observable } from "rxjs";

/** As many statuses as one request carries. */
const largestRequest = 500;
const deadlineMs = 10_000;

interface Waiting {
  readonly write: Written;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Writes the ledger. One request is under way at a time; what is written meanwhile goes together with the next one, so
 * that a thousand starts at once cost a few requests.
 */
export class LedgerWriter {
  readonly #client: ResourceStoreClient;
  readonly #namespace: string;
  #waiting: Waiting[] = [];
  #underWay = false;
  readonly #written = new Subject<readonly Written[]>();

  /** What the store has acknowledged, told before the write resolves. */
  readonly written: Observable<readonly Written[]> = this.#written.asObservable();

  constructor(client: ResourceStoreClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Resolves when the store keeps the status. A resource has one write under way at a time. */
  write(write: Written): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ write, done, failed });
      this.#send();
    });
  }

  #send(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    const batch = this.#waiting.slice(0, largestRequest);
    this.#waiting = this.#waiting.slice(largestRequest);
    const writes = batch.map(({ write }) => write);
    const statuses = writes.map(({ status }) => status);
    const deadline = Date.now() + deadlineMs;
    this.#client.reportStatus({ namespace: this.#namespace, statuses }, new Metadata(), { deadline }, (error) => {
      this.#underWay = false;
      if (error === null) {
        this.#written.next(writes);
        for (const { done } of batch) done();
      } else {
        for (const { failed } of batch) failed(error);
      }
      this.#send();
    });
  }
}
