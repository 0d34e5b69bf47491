import { afterAll, beforeAll } from "vitest";
import { until } from "./until.js";

/** What a test file may not leave behind: open connections and listening ports. */
const counted = new Set(["TCPSocketWrap", "TCPServerWrap"]);

/**
 * gRPC's pool keeps a closed channel's connection for up to 10 s, until its next round; anything that is open longer has
 * been forgotten.
 */
const patienceMs = 15_000;

let before = 0;

beforeAll(() => {
  before = openSockets().length;
});

afterAll(async () => {
  if (openSockets().length <= before) return;
  await until(() => openSockets().length <= before, `all sockets closed that this file opened (${before} before)`, {
    patienceMs,
    last: () => `still open: ${openSockets().join(", ")}`,
  });
}, patienceMs * 2);

function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => counted.has(resource));
}
