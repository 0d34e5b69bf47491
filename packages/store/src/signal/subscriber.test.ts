import type { SubscribeResponse } from "@protomesh/core/api";
import { beforeEach, expect, test } from "vitest";
import { Subscriber } from "./subscriber.js";

let written: string[];
let flush: (() => void) | undefined;
let subscriber: Subscriber;
beforeEach(() => {
  written = [];
  flush = undefined;
  subscriber = new Subscriber({
    write: ({ topic, payload, gap }: SubscribeResponse, flushed) => {
      written.push(`${topic}${payload.toString()}${gap ? " gap" : ""}`);
      flush = flushed;
    },
  });
});

function hear(count: number): void {
  for (let index = 0; index < count; index++) subscriber.hear({ topic: "t", payload: Buffer.from(`${index}`) });
}

/** The client reads all that there is. */
function read(): void {
  for (let taken = flush; taken !== undefined; taken = flush) {
    flush = undefined;
    taken();
  }
}

test("before it stands, nothing is heard", () => {
  hear(1);
  subscriber.listening();
  read();
  expect(written).toEqual([""]);
});

test("one response is on its way at a time", () => {
  subscriber.listening();
  hear(2);
  expect(written).toEqual([""]);
  read();
  expect(written).toEqual(["", "t0", "t1"]);
});

test("listening again is told as a gap", () => {
  subscriber.listening();
  subscriber.listening();
  read();
  expect(written).toEqual(["", " gap"]);
});

test("a client that does not read holds a bounded number, loses the oldest, and is told before the rest", () => {
  subscriber.listening();
  hear(300);
  read();
  expect(written.length).toBe(1 + 256);
  expect(written.slice(0, 3)).toEqual(["", "t44 gap", "t45"]);
  expect(written.at(-1)).toBe("t299");
  hear(1);
  read();
  expect(written.at(-1)).toBe("t0");
});
