import { credentials } from "@grpc/grpc-js";
import { Condition_State, ResourceStoreClient, type Condition } from "@protomesh/core/api";
import { onTestFinished } from "vitest";
import type { TestStore } from "./store.js";

/** What a component would say: `["Programmed", false, "Rejected", "edge-1: …"]`. */
export type Said = readonly [type: string, state: boolean, reason: string, message: string];

export interface Report {
  readonly namespace: string;
  readonly id: string;
  readonly reporter: string;
  readonly index: bigint;
  readonly said: readonly Said[];
  readonly details?: Readonly<Record<string, string>>;
}

/** Speaks to the store as components do. */
export function reporterTo(store: TestStore): (report: Report) => Promise<void> {
  const client = new ResourceStoreClient(store.address, credentials.createInsecure());
  onTestFinished(() => client.close());
  return ({ namespace, id, reporter, index, said, details = {} }) => {
    const status = {
      namespace,
      resourceId: id,
      reporter,
      observedIndex: index,
      conditions: said.map(conditionOf),
      details,
      reportedAt: undefined,
    };
    return new Promise((resolve, reject) => {
      client.reportStatus({ namespace, statuses: [status] }, (error) => (error === null ? resolve() : reject(error)));
    });
  };
}

function conditionOf([type, state, reason, message]: Said): Condition {
  return {
    type,
    state: state ? Condition_State.TRUE : Condition_State.FALSE,
    reason,
    message,
    lastTransition: undefined,
  };
}
