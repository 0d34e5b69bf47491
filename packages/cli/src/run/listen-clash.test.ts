import { expect, test } from "vitest";
import { listenClashes } from "./listen-clash.js";

interface Case {
  readonly title: string;
  readonly one: string;
  readonly other: string;
  readonly clash: boolean;
}

test.each<Case>([
  { title: "one address", one: "127.0.0.1:80", other: "127.0.0.1:80", clash: true },
  { title: "two ports", one: "127.0.0.1:80", other: "127.0.0.1:81", clash: false },
  { title: "two hosts", one: "127.0.0.1:80", other: "10.0.0.1:80", clash: false },
  { title: "every host and one of them", one: "0.0.0.0:80", other: "10.0.0.1:80", clash: true },
  { title: "every host, written short", one: ":80", other: "127.0.0.1:80", clash: true },
  { title: "every IPv6 host", one: "[::]:80", other: "127.0.0.1:80", clash: true },
  { title: "localhost by its two names", one: "localhost:80", other: "127.0.0.1:80", clash: true },
  { title: "free ports", one: "127.0.0.1:0", other: "127.0.0.1:0", clash: false },
  { title: "what is no address", one: "nonsense", other: "nonsense", clash: false },
])("$title: $one and $other", ({ one, other, clash }) => {
  const found = listenClashes([
    { component: "store", ownKey: "store.listener.address", source: "default", address: one },
    { component: "gateway", ownKey: "gateway.listener.address", source: "default", address: other },
  ]);
  expect(found).toHaveLength(clash ? 1 : 0);
});

test("a clash names both components, where their addresses are from, and the keys that end it", () => {
  expect(
    listenClashes([
      {
        component: "store",
        ownKey: "store.listener.address",
        source: "http.server.tls.listener.address",
        address: ":80",
      },
      { component: "gateway", ownKey: "gateway.listener.address", source: "gateway.listener.address", address: ":80" },
    ]),
  ).toEqual([
    "store on :80 (http.server.tls.listener.address) and gateway on :80 (gateway.listener.address) would share a port: " +
      "give each its own by store.listener.address and gateway.listener.address",
  ]);
});
