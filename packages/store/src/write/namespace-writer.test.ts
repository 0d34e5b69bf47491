import { DomainError } from "@protomesh/core";
import { expect, test, vi } from "vitest";
import { DatabaseError } from "../database/database-error.js";
import type { CommittedGroup } from "./commit-group.js";
import { CancelledWrite, NamespaceWriter } from "./namespace-writer.js";
import { writeOf, type Write } from "./write.js";

/** A writer whose commits the test answers, one after the other. */
function controlled(queueLimit = 1_000_000) {
  const groups: { readonly ids: string[]; answer(error?: DatabaseError): Promise<void> }[] = [];
  const committed = vi.fn<(group: CommittedGroup) => void>();
  const writer = new NamespaceWriter({
    commit: async (writes) =>
      new Promise((resolve, reject) => {
        const answer = async (error?: DatabaseError): Promise<void> => {
          if (error === undefined) resolve(groupOf(writes));
          else reject(error);
          await settled();
        };
        groups.push({ ids: writes.map(idOf), answer });
      }),
    committed,
    queueLimit,
  });
  return { writer, groups, committed };
}

function groupOf(writes: readonly Write[]): CommittedGroup {
  const results = writes.map((write) => ({
    result: "committed" as const,
    items: [{ id: idOf(write), outcome: "created" as const, version: undefined }],
    revision: 1n,
    history: "h",
  }));
  return { results, changes: [], head: 1n, history: "h" };
}

function idOf({ items }: Write): string {
  return items[0]?.id ?? "";
}

function dropOf(id: string, request?: string): Write {
  return writeOf([{ op: "drop", id, expected: undefined }], {
    request: request === undefined ? undefined : { id: request, fingerprint: "f" },
  });
}

async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** How each write ended: its own result's id, or the error. */
async function endOf(submitted: Promise<unknown>): Promise<unknown> {
  return submitted.then(
    (result) => result,
    (error: unknown) => error,
  );
}

const lost = new DatabaseError("unknown", "CONNECTION_CLOSED", "gone");
const away = new DatabaseError("away", "ECONNREFUSED", "refused");
const rejected = new DatabaseError("rejected", "22021", "bad bytes");

test("an idle writer commits at once; what comes meanwhile is the next group", async () => {
  const { writer, groups, committed } = controlled();
  const results = ["1", "2", "3"].map(async (id) => writer.submit(dropOf(id)));
  expect(groups.map(({ ids }) => ids)).toEqual([["1"]]);
  await groups[0]?.answer();
  expect(groups.map(({ ids }) => ids)).toEqual([["1"], ["2", "3"]]);
  await groups[1]?.answer();
  expect(await Promise.all(results)).toMatchObject([
    { items: [{ id: "1" }] },
    { items: [{ id: "2" }] },
    { items: [{ id: "3" }] },
  ]);
  expect(committed).toHaveBeenCalledTimes(2);
  expect(writer.idle).toBe(true);
});

test("one bad write fails alone: the group is tried again in halves", async () => {
  const { writer, groups } = controlled();
  const first = endOf(writer.submit(dropOf("0")));
  const ends = ["1", "2", "3", "4"].map(async (id) => endOf(writer.submit(dropOf(id))));
  await groups[0]?.answer();
  // All four, then 1 and 2, then 3 and 4, of which 3 is at fault.
  for (const [index, error] of [rejected, undefined, rejected, rejected, undefined].entries()) {
    await groups[index + 1]?.answer(error);
  }
  expect(groups.map(({ ids }) => ids.join(""))).toEqual(["0", "1234", "12", "34", "3", "4"]);
  expect(await Promise.all([first, ...ends])).toMatchObject([
    { items: [{ id: "0" }] },
    { items: [{ id: "1" }] },
    { items: [{ id: "2" }] },
    rejected,
    { items: [{ id: "4" }] },
  ]);
});

test("a lost connection: a write with a request id is tried once more, the others are told that it is unknown", async () => {
  const { writer, groups } = controlled();
  const first = endOf(writer.submit(dropOf("0")));
  const named = endOf(writer.submit(dropOf("1", "r")));
  const unnamed = endOf(writer.submit(dropOf("2")));
  await groups[0]?.answer();
  await groups[1]?.answer(lost);
  expect(groups.map(({ ids }) => ids.join(""))).toEqual(["0", "12", "1"]);
  await groups[2]?.answer();
  expect(await unnamed).toBeInstanceOf(DomainError);
  expect(await unnamed).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("may have been carried out"),
  });
  expect(await named).toMatchObject({ items: [{ id: "1" }] });
  expect(await first).toMatchObject({ result: "committed" });
});

test("a write with a request id is not tried for ever", async () => {
  const { writer, groups } = controlled();
  const named = endOf(writer.submit(dropOf("1", "r")));
  await groups[0]?.answer(lost);
  await groups[1]?.answer(lost);
  expect(groups).toHaveLength(2);
  expect(await named).toMatchObject({ code: "unavailable" });
});

test("while the database is away, all that wait are told at once", async () => {
  const { writer, groups } = controlled();
  const ends = ["1", "2"].map(async (id) => endOf(writer.submit(dropOf(id, `r${id}`))));
  await groups[0]?.answer(away);
  await groups[1]?.answer(away);
  expect(await Promise.all(ends)).toMatchObject([{ code: "unavailable" }, { code: "unavailable" }]);
});

test("a cancelled write is taken back where it waits, and carried out where it is on its way", async () => {
  const { writer, groups } = controlled();
  const cancels: (() => void)[] = [];
  const onCancelled = (act: () => void): void => void cancels.push(act);
  const ends = ["1", "2", "3"].map(async (id) => endOf(writer.submit(dropOf(id), onCancelled)));
  cancels[0]?.();
  cancels[1]?.();
  await groups[0]?.answer();
  await groups[1]?.answer();
  expect(groups.map(({ ids }) => ids)).toEqual([["1"], ["3"]]);
  expect(await ends[0]).toMatchObject({ result: "committed" });
  expect(await ends[1]).toBeInstanceOf(CancelledWrite);
});

test("more than may wait is refused, naming the limit", async () => {
  const { writer, groups } = controlled(600);
  const ends = ["1", "2", "3", "4"].map(async (id) => endOf(writer.submit(dropOf(id))));
  await groups[0]?.answer();
  await groups[1]?.answer();
  expect(await Promise.all(ends)).toMatchObject([
    { result: "committed" },
    { result: "committed" },
    { result: "committed" },
    { code: "resource-exhausted", message: expect.stringContaining("store.limits.queue") },
  ]);
});
