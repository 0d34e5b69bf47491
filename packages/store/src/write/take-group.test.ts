import fc from "fast-check";
import { expect, test } from "vitest";
import { groupLimits, takeGroup, type Queued } from "./take-group.js";
import { writeOf, type Write } from "./write.js";

interface Fields extends Partial<Omit<Write, "items" | "request">> {
  readonly ids: readonly string[];
  readonly request?: string;
  readonly bytes?: number;
}

function queued({ ids, request, bytes = 1, ...options }: Fields): Queued {
  const items = ids.map((id) => ({ op: "drop", id, expected: undefined }) as const);
  return {
    write: writeOf(items, {
      ...options,
      request: request === undefined ? undefined : { id: request, fingerprint: "" },
    }),
    bytes,
  };
}

const [one, two, three] = [queued({ ids: ["1"] }), queued({ ids: ["2"] }), queued({ ids: ["3"] })];
const alone = queued({ ids: ["4"], applySet: "set" });

interface Case {
  readonly title: string;
  readonly queue: readonly Queued[];
  /** By place in the queue. */
  readonly taken: readonly number[];
  readonly limits?: { items: number; bytes: number };
}

test.each<Case>([
  { title: "nothing of nothing", queue: [], taken: [] },
  { title: "writes of different ids together", queue: [one, two, three], taken: [0, 1, 2] },
  { title: "a second write of an id in the next group", queue: [one, two, queued({ ids: ["1"] })], taken: [0, 1] },
  {
    title: "what touches the ids of a waiting write after it",
    queue: [one, queued({ ids: ["1", "2"] }), queued({ ids: ["2"] }), three],
    taken: [0, 3],
  },
  {
    title: "a repeated request in the next group",
    queue: [queued({ ids: ["1"], request: "r" }), queued({ ids: ["2"], request: "r" }), three],
    taken: [0, 2],
  },
  { title: "a write of the whole namespace alone, at its turn", queue: [alone, one], taken: [0] },
  { title: "nothing past a write of the whole namespace", queue: [one, alone, two], taken: [0] },
  { title: "as many items as a group holds", queue: [one, two, three], limits: { items: 2, bytes: 9 }, taken: [0, 1] },
  { title: "as many bytes as a group holds", queue: [one, two, three], limits: { items: 9, bytes: 2 }, taken: [0, 1] },
  {
    title: "a write that is too large for any group",
    queue: [queued({ ids: ["1", "2"], bytes: 10 }), three],
    limits: { items: 1, bytes: 1 },
    taken: [0],
  },
  {
    title: "nothing past a large write that did not fit",
    queue: [one, queued({ ids: ["2"], bytes: 5 }), three],
    limits: { items: 9, bytes: 5 },
    taken: [0],
  },
])("takeGroup takes $title", ({ queue, limits = groupLimits, taken }) => {
  const { group, rest } = takeGroup(queue, limits);
  expect(group.map((write) => queue.indexOf(write))).toEqual(taken);
  expect(rest).toEqual(queue.filter((_, index) => !taken.includes(index)));
});

const arbitraryQueued = fc
  .record({
    ids: fc.uniqueArray(fc.constantFrom("1", "2", "3", "4", "5", "6"), { minLength: 1, maxLength: 3 }),
    request: fc.option(fc.constantFrom("r1", "r2", "r3"), { nil: undefined }),
    applySet: fc.option(fc.constant("set"), { nil: undefined, freq: 8 }),
    bytes: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ request, ...fields }) => queued({ ...fields, ...(request !== undefined && { request }) }));

test("however the queue looks, groups drain it, hold each id and request once, and keep the order of an id's writes", () => {
  fc.assert(
    fc.property(fc.array(arbitraryQueued, { maxLength: 30 }), (queue) => {
      const limits = { items: 4, bytes: 12 };
      const done: Queued[] = [];
      let waiting: readonly Queued[] = queue;
      while (waiting.length > 0) {
        const { group, rest } = takeGroup(waiting, limits);
        expect(group.length).toBeGreaterThan(0);
        const ids = group.flatMap(({ write }) => write.items.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
        const requests = group.flatMap(({ write }) => write.request?.id ?? []);
        expect(new Set(requests).size).toBe(requests.length);
        expect(group.length === 1 || group.every(({ write }) => write.applySet === undefined)).toBe(true);
        done.push(...group);
        waiting = rest;
      }
      expect(done).toHaveLength(queue.length);
      for (const id of ["1", "2", "3", "4", "5", "6"]) {
        const touches = ({ write }: Queued): boolean => write.items.some((item) => item.id === id);
        expect(done.filter(touches)).toEqual(queue.filter(touches));
      }
    }),
  );
});
