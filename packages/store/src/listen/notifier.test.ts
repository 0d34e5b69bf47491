import { expect, test, vi } from "vitest";
import { Notifier } from "./notifier.js";

test("one call at a time; of what gathers meanwhile, the newest of each namespace", async () => {
  const sent: { readonly payloads: readonly string[]; done(error?: Error): void }[] = [];
  const onError = vi.fn<(error: unknown) => void>();
  const notifier = new Notifier({
    send: async (payloads) =>
      new Promise((resolve, reject) => {
        sent.push({ payloads, done: (error) => (error ? reject(error) : resolve()) });
      }),
    onError,
  });
  const changed = (namespace: string, revision: bigint): void =>
    notifier.notify({ about: "changes", namespace, revision });
  changed("a", 1n);
  changed("a", 2n);
  changed("b", 1n);
  changed("a", 3n);
  notifier.notify({ about: "statuses", namespace: "a", revision: 9n });
  expect(sent.map(({ payloads }) => payloads)).toEqual([["c:a:1"]]);
  const error = new Error("gone");
  sent[0]?.done(error);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(onError).toHaveBeenCalledWith(error);
  expect(sent[1]?.payloads).toEqual(["c:a:3", "c:b:1", "s:a:9"]);
  sent[1]?.done();
});
