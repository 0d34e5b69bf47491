import { knownKeys, settingsOf } from "@protomesh/core";
import { expect, test } from "vitest";
import { components } from "./components.js";

const programs = await Promise.all(components.map(async ({ load }) => (await load()).program));

test("core's list of known keys holds what the components and this program declare, and nothing else", () => {
  const declared = programs.flatMap((program) =>
    Object.entries(settingsOf(program)).flatMap(([key, { aliases }]) => [key, ...aliases]),
  );
  const enabling = components.map(({ enableKey }) => enableKey);
  expect(knownKeys.toSorted()).toEqual([...new Set([...declared, ...enabling])].sort());
});

test.each(
  components.flatMap(({ listener }, at) => (listener === undefined ? [] : [{ ...listener, program: programs[at] }])),
)(
  "$ownKey: the default that clashes are looked for with is the component's own",
  ({ ownKey, defaultAddress, program }) => {
    expect(program?.settings[ownKey]?.help).toContain(defaultAddress);
  },
);
