import { describe, expect, test } from "vitest";
import { breachesOf } from "./breaches.js";
import type { Change, Observations, Read, StorePromise, Truth, WatchResponse, Write } from "./observation.js";

/** Revision 1 wrote a and b in one; 2 wrote c; 3 changed a; 4 dropped b. */
const truth: Truth = {
  history: "h",
  ancestors: ["parent"],
  head: 4n,
  changes: [
    change("a", 1n, "a1"),
    change("b", 1n, "b1"),
    change("c", 2n, "c2"),
    change("a", 3n, "a3"),
    change("b", 4n, undefined),
  ],
};
const [a1, b1, c2, a3, b4] = truth.changes as [Change, Change, Change, Change, Change];

const list = response({ changes: [], endOfList: true, revision: 0n });
const first = response({ changes: [a1, b1, c2], endOfList: true, revision: 2n });
const second = response({ changes: [a3, b4], endOfList: true, revision: 4n });
const resumed = { stream: 1, resumedFrom: { history: "h", revision: 2n } };

describe("a stream that keeps its promises has no breach", () => {
  test.each<{ title: string; responses: WatchResponse[] }>([
    { title: "from the start", responses: [list, first, second] },
    { title: "one response per revision", responses: [list, response({ changes: [a1, b1] }), lastOf(c2, 2n), second] },
    {
      title: "from a list in the middle",
      responses: [response({ changes: [a1, b1, c2], endOfList: true, revision: 2n }), second],
    },
    { title: "resumed", responses: [list, first, { ...second, ...resumed }] },
    { title: "with bookmarks", responses: [list, first, response({ endOfList: true, revision: 2n }), second] },
    {
      title: "resumed after a group that broke off",
      responses: [list, first, response({ changes: [a3], revision: 3n }), { ...second, ...resumed }],
    },
    {
      title: "listed again",
      responses: [list, first, { ...response({ changes: [a3, c2], endOfList: true, revision: 4n }), stream: 1 }],
    },
  ])("$title", ({ responses }) => {
    expect(breachesOf(observed({ responses }), truth)).toEqual([]);
  });
});

describe("each broken promise of a stream is caught by its name", () => {
  test.each<{ title: string; promise: StorePromise; responses: WatchResponse[] }>([
    {
      title: "a change skipped",
      promise: "reliable",
      responses: [
        list,
        response({ changes: [a1, b1] }),
        response({ changes: [a3, b4], endOfList: true, revision: 4n }),
      ],
    },
    {
      title: "a change lost at the end",
      promise: "reliable",
      responses: [list, first, response({ changes: [a3], endOfList: true, revision: 4n })],
    },
    {
      title: "a change with a wrong content",
      promise: "reliable",
      responses: [list, first, response({ changes: [{ ...a3, content: "a1" }, b4], endOfList: true, revision: 4n })],
    },
    {
      title: "a change repeated",
      promise: "unique",
      responses: [list, first, response({ changes: [a3, a3, b4], endOfList: true, revision: 4n })],
    },
    {
      title: "changes reordered",
      promise: "ordered",
      responses: [list, first, response({ changes: [b4, a3], endOfList: true, revision: 4n })],
    },
    {
      title: "a mark that goes back",
      promise: "ordered",
      responses: [list, first, second, response({ endOfList: true, revision: 2n })],
    },
    {
      title: "a change after its mark",
      promise: "bookmarkable",
      responses: [
        list,
        response({ endOfList: true, revision: 2n }),
        response({ changes: [c2, a3, b4], endOfList: true, revision: 4n }),
      ],
    },
    {
      title: "a list that lacks something",
      promise: "bookmarkable",
      responses: [response({ changes: [a1, c2], endOfList: true, revision: 2n })],
    },
    {
      title: "a revision split over responses",
      promise: "atomic",
      responses: [list, response({ changes: [a1] }), response({ changes: [b1, c2], endOfList: true, revision: 2n })],
    },
    {
      title: "a gap after a resume",
      promise: "resumable",
      responses: [list, first, { ...response({ changes: [b4], endOfList: true, revision: 4n }), ...resumed }],
    },
    {
      title: "resumed from elsewhere",
      promise: "resumable",
      responses: [list, first, { ...second, stream: 1, resumedFrom: { history: "h", revision: 3n } }],
    },
    {
      title: "resumed in another history",
      promise: "resumable",
      responses: [list, first, { ...second, ...resumed, history: "parent" }],
    },
  ])("$title: not $promise", ({ promise, responses }) => {
    expect(breachesOf(observed({ responses }), truth).map((breach) => breach.promise)).toContain(promise);
  });
});

describe("writes and reads", () => {
  test("what was acknowledged and is there, and reads that follow, have no breach", () => {
    const writes = [
      write({ c: "c2" }, { c: 2n }, 0, 10),
      write({ a: "a3" }, { a: 3n }, 5, 20),
      write({ b: undefined }, { b: 4n }, 21, 30),
    ];
    const reads = [read("c", 2n, 11, 12), read("a", 1n, 15, 18), read("a", 3n, 15, 18)];
    expect(breachesOf(observed({ writes, reads }), truth)).toEqual([]);
  });

  test.each<{ title: string; promise: StorePromise; writes: Write[]; reads?: Read[] }>([
    { title: "an acknowledged write that is lost", promise: "durable", writes: [write({ d: "d5" }, { d: 5n }, 0, 1)] },
    {
      title: "an acknowledged write that somebody else's replaced",
      promise: "durable",
      writes: [write({ a: "mine" }, { a: 3n }, 0, 1)],
    },
    { title: "an acknowledgement without a version", promise: "durable", writes: [write({ a: "a3" }, {}, 0, 1)] },
    {
      title: "a refused write that was made",
      promise: "durable",
      writes: [{ ...write({ a: "a3" }, {}, 0, 1), outcome: { kind: "refused", code: "ABORTED" } }],
    },
    {
      title: "a read older than a write that had ended",
      promise: "linearizable",
      writes: [write({ a: "a3" }, { a: 3n }, 0, 10)],
      reads: [read("a", 1n, 11, 12)],
    },
    {
      title: "a later write with an older version",
      promise: "linearizable",
      writes: [write({ a: "a3" }, { a: 3n }, 0, 10), write({ a: "a1" }, { a: 1n }, 11, 12)],
    },
    {
      title: "reads that go back",
      promise: "linearizable",
      writes: [],
      reads: [read("a", 3n, 0, 1), read("a", 1n, 2, 3)],
    },
  ])("$title: not $promise", ({ promise, writes, reads = [] }) => {
    expect(breachesOf(observed({ writes, reads }), truth).map((breach) => breach.promise)).toContain(promise);
  });

  test("what was acknowledged before a whole handing over must be there, before a broken one it need not", () => {
    const lostIn = (history: string): Write => ({
      ...write({ d: "d5" }, {}, 0, 1),
      outcome: { kind: "acknowledged", history, indexes: new Map([["d", 5n]]) },
    });
    const promises = (history: string) =>
      breachesOf(observed({ writes: [lostIn(history)] }), truth).map(({ promise }) => promise);
    expect(promises("parent")).toEqual(["durable"]);
    expect(promises("another")).toEqual([]);
  });

  test("a write whose answer was lost may or may not be there", () => {
    const unknown = { kind: "unknown", code: "UNAVAILABLE" } as const;
    const writes = [
      { ...write({ a: "a3" }, {}, 0, 1), outcome: unknown },
      { ...write({ z: "z9" }, {}, 0, 1), outcome: unknown },
    ];
    expect(breachesOf(observed({ writes }), truth)).toEqual([]);
  });
});

function change(id: string, index: bigint, content: string | undefined): Change {
  return { id, index, content };
}

function response(fields: Partial<WatchResponse>): WatchResponse {
  return {
    watcher: "w",
    stream: 0,
    resumedFrom: undefined,
    changes: [],
    endOfList: false,
    revision: 0n,
    history: "h",
    ...fields,
  };
}

function lastOf(last: Change, revision: bigint): WatchResponse {
  return response({ changes: [last], endOfList: true, revision });
}

function write(
  wanted: Record<string, string | undefined>,
  indexes: Record<string, bigint>,
  from: number,
  to: number,
): Write {
  const outcome = { kind: "acknowledged", history: "h", indexes: new Map(Object.entries(indexes)) } as const;
  return { writer: "writer", wanted: new Map(Object.entries(wanted)), outcome, from, to };
}

function read(id: string, index: bigint, from: number, to: number): Read {
  return { id, history: "h", index, content: undefined, from, to };
}

function observed(some: Partial<Observations>): Observations {
  return { writes: [], reads: [], responses: [], ...some };
}
