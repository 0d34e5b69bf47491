import { Dice, routingPolicy } from "@protomesh/testing";
import { expect, test } from "vitest";
import { networkOf } from "../network/network.js";
import { modelOf } from "../testing/models.js";
import { hostsInOrder } from "./hosts-in-order.js";
import { PersistentMap } from "../model/persistent-map.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";

const seed = 20_261_125;

test("after any changes the order is that of the domains, as if they had been sorted anew", () => {
  const dice = new Dice(seed);
  const planned = (number: number): readonly [string, PlannedVirtualHost] => {
    const { virtualHosts } = networkOf(modelOf(routingPolicy({ spec: { domain: `h${number}` } })), {
      of: "every-node",
    });
    const host = virtualHosts.get("public")?.get(`h${number}`);
    if (host === undefined) throw new Error("the policy plans no host");
    return [`h${number}`, host];
  };
  let before: PersistentMap<PlannedVirtualHost> | undefined;
  let hosts = PersistentMap.of(Array.from({ length: 50 }, (_, number) => planned(number)));
  for (let round = 0; round < 60; round++) {
    const ordered = hostsInOrder(hosts, before).map(({ domain }) => domain);
    expect(ordered, `in round ${round} of seed ${seed}`).toEqual([...hosts.keys()].toSorted());
    before = hosts;
    const changes = Array.from({ length: dice.below(round % 7 === 0 ? 100 : 4) }, () => {
      const number = dice.below(120);
      return dice.next() < 0.4 ? ([`h${number}`, undefined] as const) : planned(number);
    });
    hosts = hosts.with(changes);
  }
});
