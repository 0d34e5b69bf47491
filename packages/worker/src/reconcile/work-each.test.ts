import { defer, map, of, throwError, timer, type Observable } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { expect, test } from "vitest";
import { workEach, type Done, type Wakeup } from "./work-each.js";

const options = { concurrency: 2, backoff: { initialMs: 8, maximumMs: 16 }, random: () => 1, clock: () => 0 };

/** `a` to `c` wake the key of that name; the state is the letter. `s` brings a new state and wakes nothing. */
const wakeups = {
  a: { state: "a", keys: ["a"] },
  b: { state: "b", keys: ["b"] },
  c: { state: "c", keys: ["c"] },
  s: { state: "s", keys: [] },
} satisfies Record<string, Wakeup<string>>;

interface Seen extends Done {
  readonly state: string;
}

const taking =
  (ms: number, done: Done = {}) =>
  (_key: string, state: string): Observable<Seen> =>
    timer(ms).pipe(map(() => ({ ...done, state })));

const well = (key: string, state: string, done: Done = {}) => ({
  key,
  sinceWokenMs: 0,
  went: "well",
  result: { ...done, state },
});

test("keys are worked on side by side up to the limit, the rest in the order of waking", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const source = hot<Wakeup<string>>("abc------", wakeups);
    //                                  aaa
    //                                   bbb
    //                                     ccc
    const expected = "                  ---xy-z--";
    const values = { x: well("a", "a"), y: well("b", "b"), z: well("c", "c") };
    expectObservable(workEach(source, taking(3), options)).toBe(expected, values);
  });
});

test("a key that is woken during its work is worked on once more, with the newest state", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const source = hot<Wakeup<string>>("a-aas----", wakeups);
    const expected = "                  -----x----y";
    const values = { x: well("a", "a"), y: well("a", "s") };
    expectObservable(workEach(source, taking(5), options)).toBe(expected, values);
  });
});

test("a key comes back when its work has asked for it, with the newest state", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const source = hot<Wakeup<string>>("a--s-----", wakeups);
    const expected = "                  -x-----y-----z";
    const values = {
      x: well("a", "a", { againInMs: 5 }),
      y: well("a", "s", { againInMs: 5 }),
      z: well("a", "s", { againInMs: 5 }),
    };
    expectObservable(workEach(source, taking(1, { againInMs: 5 }), options), "^-------------!").toBe(expected, values);
  });
});

test("failed work comes back after 8, 16, 16 ms, and begins anew after it has gone well", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const outcomes = ["wrong", "wrong", "wrong", "well"];
    const work = () =>
      defer(() => (outcomes.shift() === "well" ? of({ state: "", againInMs: 1 }) : throwError(() => "broken")));
    const source = hot<Wakeup<string>>("a", wakeups);
    const expected = "                  x 7ms y 15ms y 15ms zx";
    const wrong = (againInMs: number) => ({ key: "a", sinceWokenMs: 0, went: "wrong", error: "broken", againInMs });
    const values = { x: wrong(8), y: wrong(16), z: well("a", "", { againInMs: 1 }) };
    expectObservable(workEach(source, work, options), "^ 44ms !").toBe(expected, values);
  });
});

test("waking a key ends its wait", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
    const source = hot<Wakeup<string>>("a--a", wakeups);
    const expected = "                  x--y";
    const wrong = (againInMs: number) => ({ key: "a", sinceWokenMs: 0, went: "wrong", error: "broken", againInMs });
    const work = () => throwError(() => "broken");
    expectObservable(workEach(source, work, options), "^---!").toBe(expected, { x: wrong(8), y: wrong(16) });
  });
});

test("when the source completes, what is under way ends and nothing new begins", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<Wakeup<string>>("(abc)-|", wakeups);
      const expected = "                  -------(xy|)";
      const values = { x: well("a", "a", { againInMs: 1 }), y: well("b", "b", { againInMs: 1 }) };
      expectObservable(workEach(source, taking(7, { againInMs: 1 }), options)).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe("^-----!");
    },
  );
});

test("unsubscribing ends the work under way and every wait", () => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot<Wakeup<string>>("a----", wakeups);
      const inner = cold<Seen>("          -----x");
      expectObservable(
        workEach(source, () => inner, options),
        "^--!",
      ).toBe("----");
      expectSubscriptions(inner.subscriptions).toBe("           ^--!");
    },
  );
});

test("each work tells how long ago its key was woken, its wait included", () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable }) => {
    const source = hot<Wakeup<string>>("ab--b----", wakeups);
    const timed = { ...options, concurrency: 1, clock: () => scheduler.now() };
    const works = workEach(source, (key, state) => taking(key === "a" ? 3 : 2)(key, state), timed);
    const times = works.pipe(map(({ sinceWokenMs }) => sinceWokenMs));
    expectObservable(times).toBe("---x-y-z", { x: 3, y: 4, z: 3 });
  });
});
