import type { ResourceStatus } from "@protomesh/core/api";
import { sameStatus, type Ledger, type Written } from "../ledger/ledger.js";
import { ledgerStatusOf } from "../ledger/resource-status.js";
import type { Standing } from "../plan/action.js";
import type { Recorded } from "../plan/recorded.js";

export interface StatusKeeperOptions {
  /** Of the resources. */
  readonly namespace: string;
  /** Resolves when the store keeps the status. */
  readonly writeStatus: (write: Written) => Promise<void>;
}

/** The ledger's status of one resource while it is worked on. Writes only what is new. */
export class StatusKeeper {
  readonly #resourceId: string;
  readonly #index: bigint;
  readonly #options: StatusKeeperOptions;
  readonly #asOf: number;
  #kept: ResourceStatus | undefined;
  #isBroken = false;

  constructor(resourceId: string, index: bigint, ledger: Ledger | undefined, options: StatusKeeperOptions) {
    this.#resourceId = resourceId;
    this.#index = index;
    this.#kept = ledger?.statuses.get(resourceId);
    this.#asOf = ledger?.batches ?? 0;
    this.#options = options;
  }

  /** Whether the store did not take a status. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** What the store keeps, as far as it is known here. */
  get kept(): ResourceStatus | undefined {
    return this.#kept;
  }

  async keep(recorded: Recorded | undefined, standing: Standing): Promise<void> {
    const { namespace, writeStatus } = this.#options;
    const place = { namespace, resourceId: this.#resourceId };
    const report = { index: this.#index, recorded, standing };
    const status = ledgerStatusOf(place, report, this.#kept, Date.now());
    if (sameStatus(this.#kept, status)) return;
    try {
      await writeStatus({ status, asOf: this.#asOf });
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#kept = status;
  }
}
