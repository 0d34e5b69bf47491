import { temporalPath } from "@protomesh/testing";
import { afterAll, beforeEach } from "vitest";
import { Trial } from "./trial.js";

/**
 * One trial for all tests of a file, opened by the first that asks for it. Without Temporal they are skipped.
 * @param options as `Trial.open` takes them
 */
export function sharedTrial(options?: Parameters<typeof Trial.open>[0]): () => Promise<Trial> {
  let trial: Trial | undefined;
  beforeEach(({ skip }) => void temporalPath({ skip }));
  afterAll(async () => trial?.close());
  return async () => (trial ??= await Trial.open(options));
}
