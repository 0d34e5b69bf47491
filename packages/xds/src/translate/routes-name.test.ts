import { HttpIngress } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { inlineRoutesNameOf, onDemandRoutesNameOf, routesNameOf } from "./routes-name.js";

test.each([
  { name: "public", inline: "public", onDemand: "on-demand/public" },
  { name: "on-demand", inline: "on-demand", onDemand: "on-demand/on-demand" },
  { name: "on-demand/public", inline: "inline/on-demand/public", onDemand: "on-demand/on-demand/public" },
  {
    name: "inline/on-demand/public",
    inline: "inline/inline/on-demand/public",
    onDemand: "on-demand/inline/on-demand/public",
  },
])("the routes of $name", ({ name, inline, onDemand }) => {
  expect(inlineRoutesNameOf(name)).toBe(inline);
  expect(onDemandRoutesNameOf(name)).toBe(onDemand);
  const delta = { from: "ads", transport: "delta" } as const;
  const sotw = { from: "ads", transport: "sotw" } as const;
  const ingress = HttpIngress.fromPartial({ ingressName: name });
  expect(routesNameOf(ingress, delta)).toBe(inline);
  expect(routesNameOf({ ...ingress, onDemandVirtualHosts: true }, delta)).toBe(onDemand);
  expect(routesNameOf({ ...ingress, onDemandVirtualHosts: true }, sotw)).toBe(inline);
});

test("no two ingresses share a name, whatever they are called", () => {
  const prefixes = ["", "inline/", "on-demand/"];
  const names = prefixes.flatMap((a) => prefixes.flatMap((b) => prefixes.map((c) => `${a}${b}${c}public`)));
  const distinct = [...new Set(names)];
  const all = distinct.flatMap((name) => [inlineRoutesNameOf(name), onDemandRoutesNameOf(name)]);
  expect(new Set(all).size).toBe(2 * distinct.length);
});
