import { expect, test } from "vitest";
import { declareSettings } from "./declaration.js";
import { readFlags } from "./flags.js";
import { setting } from "./setting.js";

const declarations = declareSettings({
  "log.level": setting.text({ help: "" }),
  "store.limit": setting.integer({ help: "", aliases: ["store.limit.count"] }),
  "enable.store": setting.boolean({ help: "" }),
});

interface Case {
  readonly title: string;
  readonly argv: readonly string[];
  readonly want: Readonly<Record<string, string>>;
}

test.each<Case>([
  { title: "no flags", argv: [], want: {} },
  { title: "one dash", argv: ["-log-level=debug"], want: { "log.level": "debug" } },
  { title: "two dashes", argv: ["--log-level=debug"], want: { "log.level": "debug" } },
  { title: "the value as next word", argv: ["--log-level", "debug"], want: { "log.level": "debug" } },
  { title: "a value with =", argv: ["-log-level=a=b"], want: { "log.level": "a=b" } },
  { title: "an empty value", argv: ["-log-level="], want: { "log.level": "" } },
  { title: "a negative value as next word", argv: ["-store-limit", "-5"], want: { "store.limit": "-5" } },
  { title: "the last of two", argv: ["-log-level=a", "--log-level=b"], want: { "log.level": "b" } },
  { title: "an older spelling", argv: ["-store-limit-count=3"], want: { "store.limit": "3" } },
  { title: "a boolean alone", argv: ["-enable-store"], want: { "enable.store": "true" } },
  { title: "a boolean with a word", argv: ["-enable-store", "no"], want: { "enable.store": "no" } },
  {
    title: "a boolean before another flag",
    argv: ["-enable-store", "-log-level=a"],
    want: { "enable.store": "true", "log.level": "a" },
  },
])("$title", ({ argv, want }) => {
  const { given, problems } = readFlags(declarations, argv, []);
  expect(problems).toEqual([]);
  expect(Object.fromEntries([...given].map(([key, { text }]) => [key, text]))).toEqual(want);
});

test("a flag is remembered with the spelling that was used", () => {
  const { given } = readFlags(declarations, ["--store-limit-count=3"], []);
  expect(given.get("store.limit")?.origin).toEqual({ kind: "flag", flag: "-store-limit-count" });
});

test.each(["-h", "--h", "-help", "--help"])("%s asks for help", (word) => {
  expect(readFlags(declarations, [word], [])).toMatchObject({ help: true, print: false, problems: [] });
});

test.each(["-print-config", "--print-config"])("%s asks for the values", (word) => {
  expect(readFlags(declarations, [word], [])).toMatchObject({ help: false, print: true, problems: [] });
});

interface BadCase {
  readonly title: string;
  readonly argv: readonly string[];
  readonly want: readonly string[];
}

test.each<BadCase>([
  {
    title: "an unknown flag names the nearest",
    argv: ["-log-levle=debug"],
    want: ["unknown flag -log-levle; did you mean -log-level?"],
  },
  { title: "an unknown flag near to nothing", argv: ["-x=1"], want: ["unknown flag -x"] },
  { title: "the value of an unknown flag is not another mistake", argv: ["-x", "1"], want: ["unknown flag -x"] },
  {
    title: "a flag of another program",
    argv: ["-gateway-handlers=A"],
    want: ["flag -gateway-handlers is a setting of another program: this one does not read it"],
  },
  { title: "no value at the end", argv: ["-log-level"], want: ["flag -log-level has no value: expected text"] },
  {
    title: "no value before the next flag",
    argv: ["-log-level", "--enable-store"],
    want: ["flag -log-level has no value: expected text"],
  },
  {
    title: "a word that is no flag",
    argv: ["start"],
    want: ['"start" is not understood: expected flags such as -log-level=debug; -h lists them'],
  },
  {
    title: "all mistakes at once",
    argv: ["-x=1", "-y=2"],
    want: ["unknown flag -x", "unknown flag -y"],
  },
])("$title", ({ argv, want }) => {
  expect(readFlags(declarations, argv, ["gateway.handlers"]).problems).toEqual(want);
});
