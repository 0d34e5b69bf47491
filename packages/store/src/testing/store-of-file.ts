import { randomUUID } from "node:crypto";
import type { Settings } from "@protomesh/core";
import { test } from "@protomesh/testing";
import { beforeEach } from "vitest";
import type { storeSettings } from "../settings.js";
import { ready, startStore, type RunningStore } from "./running-store.js";

/** The store that all tests of this file share. */
export let store: RunningStore;
/** The running test's own: of what others write it sees nothing. */
export let namespace: string;

/** Has a store serve all tests of the file that says so, over the file's database. */
export function useStore(overrides: Partial<Settings<typeof storeSettings>> = {}): void {
  test.beforeAll(async ({ database }) => {
    store = await startStore(database, overrides);
    await ready(store);
  });
  test.afterAll(async () => store.stop());
  beforeEach(() => {
    namespace = randomUUID();
  });
}
