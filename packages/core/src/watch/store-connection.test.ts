import { expect, test } from "vitest";
import { createLogger, logSettings } from "../logging/index.js";
import { withDefaults } from "../config/index.js";
import { ReadinessBoard } from "../lifecycle/readiness.js";
import { StoreConnection } from "./store-connection.js";
import type { ConnectionState } from "./watch-resources.js";

const since = new Date("2026-01-02T03:04:05Z");
const connecting: ConnectionState = { state: "connecting" };
const live: ConnectionState = { state: "live", revision: 7n };
const interrupted: ConnectionState = { state: "interrupted", reason: "UNAVAILABLE: gone", since };
const away = "without the store since 2026-01-02T03:04:05.000Z: UNAVAILABLE: gone";

test.each<{ title: string; states: ConnectionState[]; ready: boolean; text: string }>([
  { title: "at first", states: [connecting], ready: false, text: "connecting to the store" },
  { title: "a store that was never there", states: [connecting, interrupted, connecting], ready: false, text: away },
  { title: "a complete list", states: [connecting, live], ready: true, text: "ready" },
  {
    title: "a store that was there and is gone",
    states: [connecting, live, interrupted, connecting],
    ready: true,
    text: `degraded: ${away}; going on with what is known`,
  },
  {
    title: "a store that is back",
    states: [connecting, live, interrupted, connecting, live],
    ready: true,
    text: "ready",
  },
])("$title: ready is $ready", ({ states, ready, text }) => {
  const board = new ReadinessBoard();
  board.started();
  const log = createLogger(withDefaults(logSettings, { "log.level": "silent" }));
  const connection = new StoreConnection(board.part("store"), log);
  for (const state of states) connection.changed(state);
  expect(board.now).toEqual({ ready, parts: { start: "ready", store: text } });
});
