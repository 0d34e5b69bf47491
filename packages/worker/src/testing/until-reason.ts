import type { Resource } from "@protomesh/core/api";
import { until } from "@protomesh/testing";
import type { MemoryStore } from "./memory-store.js";

/** Resolves when the ledger gives a condition of a resource that reason. */
export async function untilReason(store: MemoryStore, { id }: Resource, type: string, reason: string): Promise<void> {
  await until(() => store.reason(id, type) === reason, `${type} says ${reason}`, {
    last: () =>
      JSON.stringify(store.statuses.get(id)?.conditions ?? "no status", (_key, value: unknown) => String(value)),
  });
}
