import { instanceLeaseMs, instanceResourceId, backoffMs, type Logger } from "@protomesh/core";
import type { ResourceStatus, ResourceStoreClient, Timestamp, WatchStatusResponse } from "@protomesh/core/api";
import { connectedIn } from "./instance-details.js";

export interface OtherInstancesOptions {
  readonly client: ResourceStoreClient;
  readonly namespace: string;
  /** Whose word is not needed: this instance's. */
  readonly reporter: string;
  readonly log: Logger;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
  /** Some instance has told of its nodes. */
  readonly changed: () => void;
}

interface Heard {
  readonly nodes: ReadonlySet<string>;
  /** Undefined: what was heard may be the last word of one that is gone. */
  readonly aliveAtMs: number | undefined;
}

const backoff = { initialMs: 500, maximumMs: 30_000 };

/** What the other instances of this component say of themselves: a node that one of them programs has not gone away. */
export class OtherInstances {
  readonly #options: OtherInstancesOptions;
  readonly #heard = new Map<string, Heard>();
  #call: { cancel(): void } | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: OtherInstancesOptions) {
    this.#options = options;
    this.watch();
  }

  /** Whether another instance that lives has a node. */
  has(nodeId: string): boolean {
    const nowMs = this.#options.now();
    for (const { nodes, aliveAtMs } of this.#heard.values()) {
      if (aliveAtMs !== undefined && nowMs - aliveAtMs < instanceLeaseMs && nodes.has(nodeId)) return true;
    }
    return false;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#call?.cancel();
  }

  private watch(): void {
    const { client, namespace, log } = this.#options;
    const call = client.watchStatus({ namespace, resourceIds: [instanceResourceId], reporters: [] });
    this.#call = call;
    let hasEnded = false;
    const again = (error?: Error): void => {
      if (hasEnded || this.#isClosed) return;
      hasEnded = true;
      log.debug({ err: error }, "the watch of other instances has ended; trying again");
      this.#retry = setTimeout(() => this.watch(), backoffMs(this.#failures++, backoff));
    };
    call.on("data", ({ updatedStatuses, removedStatuses, now }: WatchStatusResponse) => {
      this.#failures = 0;
      for (const { reporter } of removedStatuses) this.#heard.delete(reporter);
      for (const status of updatedStatuses) this.hear(status, now);
      this.#options.changed();
    });
    call.on("error", again);
    call.on("end", () => again());
  }

  /** @param now by the store's clock; undefined where it does not say */
  private hear({ reporter, details, reportedAt }: ResourceStatus, now: Timestamp | undefined): void {
    if (!reporter.startsWith("xds/") || reporter === this.#options.reporter) return;
    const isFresh = now !== undefined && reportedAt !== undefined && msOf(now) - msOf(reportedAt) < instanceLeaseMs;
    const aliveAtMs = isFresh || this.#heard.has(reporter) ? this.#options.now() : undefined;
    this.#heard.set(reporter, { nodes: new Set(connectedIn(details)), aliveAtMs });
  }
}

function msOf({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1_000 + nanos / 1e6;
}
