import { Dice, routingPolicy } from "@protomesh/testing";
import { expect, test } from "vitest";
import { PersistentMap } from "../model/persistent-map.js";
import { networkOf } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { modelOf } from "../testing/models.js";
import { zeroDigest } from "./digest.js";
import { hostsDigestOf } from "./hosts-digest.js";

const seed = 20_261_126;

function planned(number: number, service: string): readonly [string, PlannedVirtualHost] {
  const domain = `h${number}`;
  const policy = routingPolicy({ spec: { domain, routes: [{ matchPrefix: "/", targetService: service }] } });
  const host = networkOf(modelOf(policy), { of: "every-node" }).virtualHosts.get("public")?.get(domain);
  if (host === undefined) throw new Error("the policy plans no host");
  return [domain, host];
}

test.each(["envoy", "grpc"] as const)(
  "after any changes it is that of the hosts, as if there had been none, for %s",
  (program) => {
    const dice = new Dice(seed);
    let before: PersistentMap<PlannedVirtualHost> | undefined;
    let hosts = PersistentMap.of(Array.from({ length: 30 }, (_, number) => planned(number, "a")));
    for (let round = 0; round < 60; round++) {
      const digest = hostsDigestOf(hosts, before, program);
      expect(digest, `in round ${round} of seed ${seed}`).toEqual(
        hostsDigestOf(PersistentMap.of(hosts), undefined, program),
      );
      before = hosts;
      hosts = hosts.with(
        Array.from({ length: dice.below(5) }, () => {
          const number = dice.below(60);
          return dice.next() < 0.4
            ? ([`h${number}`, undefined] as const)
            : planned(number, dice.next() < 0.5 ? "a" : "b");
        }),
      );
    }
  },
);

test("what differs has another digest; no hosts have none", () => {
  const of = (...hosts: readonly (readonly [string, PlannedVirtualHost])[]) =>
    hostsDigestOf(PersistentMap.of(hosts), undefined, "envoy");
  expect(of()).toEqual(zeroDigest);
  expect(of(planned(1, "a"))).not.toEqual(of(planned(1, "b")));
  expect(of(planned(1, "a"))).not.toEqual(of(planned(2, "a")));
  expect(of(planned(1, "a"), planned(2, "a"))).toEqual(of(planned(2, "a"), planned(1, "a")));
});
