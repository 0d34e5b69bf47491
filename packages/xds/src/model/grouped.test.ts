import { Dice } from "@protomesh/testing";
import { expect, test } from "vitest";
import { byAge, type Declared } from "./declared.js";
import { regrouped, type Claim, type Grouped } from "./grouped.js";
import { PersistentMap } from "./persistent-map.js";

const seed = 20_261_126;
const keys = ["a", "b", "c"];

test("after any changes each group is that of its claims by age, as if it had been sorted anew", () => {
  const dice = new Dice(seed);
  /** By id; some revisions create several. */
  const all = new Map(
    Array.from({ length: 300 }, (_, number) => {
      const declared: Declared<number> = {
        id: `d${number}`,
        index: 1n,
        createdIndex: BigInt(dice.below(100)),
        value: 0,
      };
      return [declared.id, declared] as const;
    }),
  );
  let claims: Claim<number>[] = [];
  let groups: Grouped<number> = PersistentMap.empty();
  for (let round = 0; round < 200; round++) {
    const changes = dice.below(round % 5 === 0 ? 150 : 5);
    const gone = [...new Set(Array.from({ length: changes }, () => claims[dice.below(claims.length + 1)]))].filter(
      (claim) => claim !== undefined,
    );
    const kept = claims.filter((claim) => !gone.includes(claim));
    const free = [...all.values()].filter(({ id }) => kept.every(({ declared }) => declared.id !== id));
    const come = free.slice(0, dice.below(changes + 2)).map((declared) => {
      const changed = { ...declared, index: declared.index + BigInt(round), value: round };
      return { key: keys[dice.below(keys.length)] ?? "", declared: changed };
    });
    groups = regrouped(groups, gone, come);
    claims = [...kept, ...come];
    for (const key of keys) {
      const want = claims.flatMap((claim) => (claim.key === key ? claim.declared : [])).sort(byAge);
      expect(groups.get(key) ?? [], `${key} in round ${round} of seed ${seed}`).toEqual(want);
    }
    expect([...groups.values()].every((group) => group.length > 0)).toBe(true);
  }
});
