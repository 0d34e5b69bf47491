import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyTree, find, keysOf, hasKeyBelow, valueAt, withValue, type PrefixTree } from "./prefix-tree.js";

const treeOf = (keys: readonly string[]) =>
  keys.reduce<PrefixTree<string>>((tree, key) => withValue(tree, key, key), emptyTree);

const longest = (tree: PrefixTree<string>, text: string) => find(tree, text, (value) => value);

test.each([
  { keys: [], text: "/a", want: undefined },
  { keys: ["/"], text: "/a", want: "/" },
  { keys: ["/", "/a", "/a/b"], text: "/a/c", want: "/a" },
  { keys: ["/", "/a", "/a/b"], text: "/a/b/c", want: "/a/b" },
  { keys: ["/abc"], text: "/ab", want: undefined },
  { keys: ["/abc", "/abd"], text: "/abx", want: undefined },
  { keys: [""], text: "", want: "" },
])("the longest of $keys that $text begins with: $want", ({ keys, text, want }) => {
  expect(longest(treeOf(keys), text)).toBe(want);
});

test("find goes on to shorter keys until one is accepted, and says which one is the whole text", () => {
  const asked: unknown[] = [];
  find(treeOf(["/", "/a", "/a/b"]), "/a/b", (value, whole) => void asked.push([value, whole]));
  expect(asked).toEqual([
    ["/a/b", true],
    ["/a", false],
    ["/", false],
  ]);
});

test("keysOf gives every key once, and no other", () => {
  const keys = ["", "/a", "/ab", "/b/c", "/b/d"];
  expect([...keysOf(treeOf(keys))].toSorted()).toEqual(keys);
  expect([...keysOf(emptyTree)]).toEqual([]);
});

test("a removed key leaves no trace", () => {
  const before = treeOf(["/a", "/abc"]);
  expect(withValue(withValue(before, "/abd", "/abd"), "/abd", undefined)).toEqual(before);
});

const key = fc.string({ unit: fc.constantFrom("/", "a", "b", "é"), maxLength: 8 });

test("after any changes it answers as a plain map does, and older trees are as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean())), key, (changes, text) => {
      const map = new Map<string, string>();
      const older: [PrefixTree<string>, Map<string, string>][] = [];
      let tree: PrefixTree<string> = emptyTree;
      for (const [changed, kept] of changes) {
        older.push([tree, new Map(map)]);
        tree = withValue(tree, changed, kept ? changed : undefined);
        if (kept) map.set(changed, changed);
        else map.delete(changed);
      }
      for (const [state, entries] of [...older, [tree, map] as const]) {
        const want = [...entries.keys()].filter((each) => text.startsWith(each)).sort((a, b) => b.length - a.length)[0];
        expect(longest(state, text)).toBe(want);
        expect(valueAt(state, text)).toBe(entries.get(text));
        expect(hasKeyBelow(state, text)).toBe([...entries.keys()].some((each) => each.startsWith(text)));
      }
    }),
  );
});
