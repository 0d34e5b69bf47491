import type { Timestamp, WatchStatusResponse } from "@protomesh/core/api";
import type { StatusFilter } from "./read-statuses.js";
import { statusKey, statusOf, type StatusRow } from "./status-row.js";

/** Where a status watcher's responses go. */
export interface StatusSink {
  /** `flushed` is called when the transport has taken it. */
  write(response: WatchStatusResponse, flushed: () => void): void;
}

export interface StatusStart {
  /** What is not newer than this was in the state that the watch began with. */
  readonly since: bigint;
  /** The database's time. */
  readonly now: () => Timestamp;
}

const perResponse = 500;

/**
 * One client that watches statuses. What it has not taken yet is kept by status, the newest of each only, so that a slow
 * consumer costs no more than the state.
 */
export class StatusWatcher {
  readonly #namespace: string;
  readonly #filter: { readonly resourceIds: ReadonlySet<string>; readonly reporters: ReadonlySet<string> };
  readonly #sink: StatusSink;
  readonly #pending = new Map<string, StatusRow>();
  #busy = false;
  #endDue = true;
  readonly #since: bigint;
  readonly #now: () => Timestamp;

  constructor(
    namespace: string,
    { resourceIds, reporters }: StatusFilter,
    sink: StatusSink,
    { since, now }: StatusStart,
  ) {
    this.#namespace = namespace;
    this.#filter = { resourceIds: new Set(resourceIds), reporters: new Set(reporters) };
    this.#sink = sink;
    this.#since = since;
    this.#now = now;
  }

  /** The state to begin with. */
  begin(rows: readonly StatusRow[]): void {
    for (const row of rows) this.#pending.set(statusKey(row), row);
    this.pump();
  }

  /** What changed. */
  add(rows: readonly StatusRow[]): void {
    for (const row of rows) {
      if (row.revision > this.#since && this.wants(row)) this.#pending.set(statusKey(row), row);
    }
    this.pump();
  }

  private wants({ resource_id: resourceId, reporter }: StatusRow): boolean {
    const { resourceIds, reporters } = this.#filter;
    return (resourceIds.size === 0 || resourceIds.has(resourceId)) && (reporters.size === 0 || reporters.has(reporter));
  }

  private pump(): void {
    if (this.#busy || (this.#pending.size === 0 && !this.#endDue)) return;
    const rows = [...this.#pending.values()].slice(0, perResponse);
    for (const row of rows) this.#pending.delete(statusKey(row));
    this.#endDue = this.#pending.size > 0;
    this.#busy = true;
    const statuses = (wanted: boolean) =>
      rows.filter(({ body }) => (body !== null) === wanted).map((row) => statusOf(this.#namespace, row));
    const endOfList = !this.#endDue;
    const response = {
      updatedStatuses: statuses(true),
      removedStatuses: statuses(false),
      endOfList,
      now: endOfList ? this.#now() : undefined,
    };
    this.#sink.write(response, () => {
      this.#busy = false;
      this.pump();
    });
  }
}
