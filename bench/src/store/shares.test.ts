import { expect, test } from "vitest";
import { limitOf } from "./shares.js";

test.each([
  {
    title: "one processor is all that JavaScript can use",
    shares: { store: 0.95, database: 0.3, load: 0.4, others: 0 },
    want: "CPU of the store (store 95 %, PostgreSQL 30 %, load 40 %, others 0 %)",
  },
  {
    title: "others took what the store could have used",
    shares: { store: 0.5, database: 0.2, load: 0.3, others: 0.9 },
    want: "CPU of the machine, shared with others (store 50 %, PostgreSQL 20 %, load 30 %, others 90 %)",
  },
  {
    title: "everything together is too much for the machine",
    shares: { store: 0.8, database: 0.5, load: 0.6, others: 0.05 },
    want: "CPU of the machine (store 80 %, PostgreSQL 50 %, load 60 %, others 5 %)",
  },
  {
    title: "processors were free: something else was waited for",
    shares: { store: 0.2, database: 0.1, load: 0.1, others: 0.1 },
    want: "waiting: commit to disk and round trips (store 20 %, PostgreSQL 10 %, load 10 %, others 10 %)",
  },
])("limitOf: $title", ({ shares, want }) => {
  expect(limitOf(shares, 2)).toBe(want);
});
