import type { ConnectionState } from "@protomesh/core";
import { expect, test } from "vitest";
import { connectionNews } from "./connection-news.js";

const connecting: ConnectionState = { state: "connecting" };
const live: ConnectionState = { state: "live", revision: 7n };
const lost: ConnectionState = { state: "interrupted", reason: "UNAVAILABLE: gone", since: new Date(0) };

interface Case {
  readonly title: string;
  readonly interrupted: boolean;
  readonly state: ConnectionState;
  readonly want: string | undefined;
}

test.each<Case>([
  { title: "connecting is no news", interrupted: false, state: connecting, want: undefined },
  { title: "the first connection is no news", interrupted: false, state: live, want: undefined },
  {
    title: "a lost connection is told",
    interrupted: false,
    state: lost,
    want: "no connection to the store at s:1 (UNAVAILABLE: gone); trying on",
  },
  { title: "but once", interrupted: true, state: lost, want: undefined },
  { title: "trying again is no news", interrupted: true, state: connecting, want: undefined },
  {
    title: "its return is told",
    interrupted: true,
    state: live,
    want: "connected to the store at s:1 again, at revision 7",
  },
])("$title", ({ interrupted, state, want }) => {
  expect(connectionNews("s:1", interrupted, state)).toBe(want);
});
