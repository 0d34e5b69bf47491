import { expect, test } from "vitest";
import { decodeNotification, encodeNotice, encodeSignal, type Notice } from "./payload.js";

test.each<Notice>([
  { about: "changes", namespace: "default", revision: 42n },
  { about: "statuses", namespace: "with:colons:7", revision: 2n ** 62n },
])("a notice about $about of $namespace is read as it was written", (notice) => {
  expect(decodeNotification(encodeNotice(notice))).toEqual(notice);
});

test.each([
  { topic: "lambda.server.stream:7", payload: Buffer.from([0, 255, 58]) },
  { topic: "mit Ümlaut", payload: Buffer.alloc(0) },
  { topic: "t".repeat(512), payload: Buffer.alloc(4_096, 0xff) },
])("a signal is read as it was written, and fits into a notification", (signal) => {
  const text = encodeSignal(signal);
  expect(decodeNotification(text)).toEqual({ about: "signal", ...signal });
  expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  expect(encodeSignal(signal)).not.toBe(text);
});

test.each([
  "",
  "p:",
  "p:AAAA:",
  "p:AAAA::AAAA",
  "echo:abc",
  "c:default",
  "c:default:x",
  "x:default:1",
  "c::1",
  "c:default:99999999999999999999",
])("another program's payload %j is no notice", (payload) => {
  expect(decodeNotification(payload)).toBeUndefined();
});
