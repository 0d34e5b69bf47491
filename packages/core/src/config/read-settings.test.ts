import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, expectTypeOf, onTestFinished, test } from "vitest";
import { declareSettings, type Declarations, type Settings } from "./declaration.js";
import { readSettings, type SettingSources } from "./read-settings.js";
import { setting } from "./setting.js";

const declarations = declareSettings({
  "log.level": setting.choice(["debug", "info"], { help: "what to log", default: "info" }),
  "store.limit": setting.integer({ help: "how many", default: 10, min: 1, max: 100 }),
  "store.window": setting.duration({ help: "how long", default: "1m30s" }),
  "store.size": setting.bytes({ help: "how much", default: "1MiB" }),
  "store.enabled": setting.boolean({ help: "whether", default: false }),
  "store.names": setting.list({ help: "which", default: ["a", "b"] }),
  "store.dsn": setting.text({ help: "where to", secret: true }),
  "store.note": setting.text({ help: "anything" }),
});

function fileWith(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function settingsFrom(sources: Partial<SettingSources>): Settings<typeof declarations> {
  const result = readSettings(declarations, { argv: [], env: {}, ...sources });
  if (result.kind !== "settings") throw new Error(`expected settings, got ${JSON.stringify(result)}`);
  return result.settings;
}

function problemsOf(all: Declarations, sources: Partial<SettingSources>): readonly string[] {
  const result = readSettings(all, { argv: [], env: {}, ...sources });
  return result.kind === "invalid" ? result.problems : [];
}

test("without any source every setting has its default", () => {
  expect(settingsFrom({})).toEqual({
    "log.level": "info",
    "store.limit": 10,
    "store.window": 90_000,
    "store.size": 1_048_576,
    "store.enabled": false,
    "store.names": ["a", "b"],
    "store.dsn": undefined,
    "store.note": undefined,
  });
});

test("the types follow the declarations", () => {
  const settings = settingsFrom({});
  expectTypeOf(settings["log.level"]).toEqualTypeOf<"debug" | "info">();
  expectTypeOf(settings["store.limit"]).toEqualTypeOf<number>();
  expectTypeOf(settings["store.names"]).toEqualTypeOf<readonly string[]>();
  expectTypeOf(settings["store.dsn"]).toEqualTypeOf<string | undefined>();
});

interface SourceCase {
  readonly title: string;
  readonly file: boolean;
  readonly variable: boolean;
  readonly flag: boolean;
  readonly want: number;
}

test.each<SourceCase>([
  { title: "the default", file: false, variable: false, flag: false, want: 10 },
  { title: "a file beats the default", file: true, variable: false, flag: false, want: 1 },
  { title: "a variable beats the file", file: true, variable: true, flag: false, want: 2 },
  { title: "a flag beats them all", file: true, variable: true, flag: true, want: 3 },
  { title: "a flag beats a file", file: true, variable: false, flag: true, want: 3 },
])("precedence: $title", ({ file, variable, flag, want }) => {
  const path = fileWith("a.toml", "store.limit = 1\n");
  const argv = [...(file ? [`-config-file=${path}`] : []), ...(flag ? ["--store-limit", "3"] : [])];
  expect(settingsFrom({ argv, env: variable ? { STORE_LIMIT: "2" } : {} })["store.limit"]).toBe(want);
});

test("CONFIG_FILE names the file, and -config-file beats it", () => {
  const first = fileWith("a.yaml", "store.limit: 1\n");
  const second = fileWith("b.json", '{"store": {"limit": 2}}');
  expect(settingsFrom({ env: { CONFIG_FILE: first } })["store.limit"]).toBe(1);
  expect(settingsFrom({ env: { CONFIG_FILE: first }, argv: ["-config-file", second] })["store.limit"]).toBe(2);
});

test("a value says where it is from", () => {
  const path = fileWith("a.yaml", "\nstore.limit: 1\n");
  const result = readSettings(declarations, {
    argv: ["-store-note=x", `-config-file=${path}`],
    env: { STORE_SIZE: "1", LOG_LEVEL: "" },
  });
  expect(result).toMatchObject({
    kind: "settings",
    origins: {
      "log.level": { kind: "default" },
      "store.limit": { kind: "file", path, line: 2 },
      "store.note": { kind: "flag", flag: "-store-note" },
      "store.size": { kind: "variable", variable: "STORE_SIZE" },
    },
  });
});

test("unknown variables are nobody's business, and empty ones count as not set", () => {
  expect(settingsFrom({ env: { STORE_LIMITT: "x", STORE_LIMIT: "" } })["store.limit"]).toBe(10);
});

test("a flag and a file can give the empty text", () => {
  expect(settingsFrom({ argv: ["-store-note="] })["store.note"]).toBe("");
  expect(settingsFrom({ argv: ["-store-names="] })["store.names"]).toEqual([]);
});

test("a list is words between commas, or a list in a file whose items may hold commas", () => {
  expect(settingsFrom({ env: { STORE_NAMES: "x, y,,z" } })["store.names"]).toEqual(["x", "y", "z"]);
  const path = fileWith("a.yaml", 'store.names: ["x, y", 5]\n');
  expect(settingsFrom({ env: { CONFIG_FILE: path } })["store.names"]).toEqual(["x, y", "5"]);
});

test("items of a default list may hold commas too", () => {
  const listed = declareSettings({ names: setting.list({ help: "", default: ["x, y", "z"] }) });
  expect(readSettings(listed, { argv: [], env: {} })).toMatchObject({ settings: { names: ["x, y", "z"] } });
});

interface BadCase {
  readonly title: string;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly want: string;
}

test.each<BadCase>([
  {
    title: "a choice",
    argv: ["-log-level=loud"],
    want: 'log.level (flag -log-level) is "loud": expected one of debug, info',
  },
  {
    title: "no whole number",
    env: { STORE_LIMIT: "1.5" },
    want: 'store.limit (variable STORE_LIMIT) is "1.5": expected a whole number from 1 to 100',
  },
  {
    title: "below the least",
    argv: ["-store-limit=0"],
    want: 'store.limit (flag -store-limit) is "0": expected a whole number from 1 to 100',
  },
  {
    title: "above the most",
    argv: ["-store-limit=101"],
    want: 'store.limit (flag -store-limit) is "101": expected a whole number from 1 to 100',
  },
  {
    title: "an empty number by flag",
    argv: ["-store-limit="],
    want: 'store.limit (flag -store-limit) is "": expected a whole number from 1 to 100',
  },
  {
    title: "a duration without unit",
    env: { STORE_WINDOW: "30" },
    want: 'store.window (variable STORE_WINDOW) is "30": expected a duration such as 300ms, 1m30s or 2h, at least 0ms',
  },
  {
    title: "a negative duration",
    argv: ["-store-window", "-1s"],
    want: 'store.window (flag -store-window) is "-1s": expected a duration such as 300ms, 1m30s or 2h, at least 0ms',
  },
  {
    title: "a boolean",
    env: { STORE_ENABLED: "on" },
    want: 'store.enabled (variable STORE_ENABLED) is "on": expected true or false (also t, yes, y, 1; f, no, n, 0)',
  },
  {
    title: "a size",
    argv: ["-store-size=much"],
    want: 'store.size (flag -store-size) is "much": expected an amount of bytes such as 65536, 64KiB or 10MB',
  },
  {
    title: "a list that is no JSON",
    argv: ["-store-names=[a"],
    want: 'store.names (flag -store-names) is "[a": expected words separated by commas',
  },
])("a bad value: $title", ({ argv = [], env = {}, want }) => {
  expect(problemsOf(declarations, { argv, env })).toEqual([want]);
});

test("a bad value in a file names its line", () => {
  const path = fileWith("a.yaml", "store:\n  limit: many\n");
  expect(problemsOf(declarations, { env: { CONFIG_FILE: path } })).toEqual([
    `store.limit (file ${path}:2) is "many": expected a whole number from 1 to 100`,
  ]);
});

test("a weaker source is not checked where a stronger one wins", () => {
  expect(problemsOf(declarations, { argv: ["-store-limit=5"], env: { STORE_LIMIT: "x" } })).toEqual([]);
});

test("a required setting that nobody gives says how to give it", () => {
  const required = declareSettings({ "store.dsn": setting.text({ help: "", required: true }) });
  const want = ["store.dsn is required: give the flag -store-dsn, the variable STORE_DSN or the key in a file"];
  expect(problemsOf(required, {})).toEqual(want);
  expect(problemsOf(required, { argv: ["-store-dsn="] })).toEqual(want);
  expect(problemsOf(required, { argv: ["-store-dsn=x"] })).toEqual([]);
});

test("all mistakes of all sources come at once", () => {
  const path = fileWith("a.yaml", "store.limitt: 1\n");
  const sources = { argv: ["-x=1", `-config-file=${path}`], env: { STORE_LIMIT: "a", STORE_SIZE: "b" } };
  expect(problemsOf(declarations, sources)).toEqual([
    "unknown flag -x",
    `unknown key store.limitt (file ${path}:1); did you mean store.limit?`,
    'store.limit (variable STORE_LIMIT) is "a": expected a whole number from 1 to 100',
    'store.size (variable STORE_SIZE) is "b": expected an amount of bytes such as 65536, 64KiB or 10MB',
  ]);
});

test("a file shared by programs: keys of the others are passed over, mistyped ones are not", () => {
  const path = fileWith("a.yaml", "enable.gateway: true\ngateway.handlers: [AwsLambda]\n");
  expect(problemsOf(declarations, { env: { CONFIG_FILE: path } })).toEqual([]);
  const mistyped = fileWith("a.yaml", "enable.gatway: true\n");
  expect(problemsOf(declarations, { env: { CONFIG_FILE: mistyped } })).toEqual([
    `unknown key enable.gatway (file ${mistyped}:1); did you mean enable.gateway?`,
  ]);
});

test("-h lists every key with type, unit, default and help, whatever else is wrong", () => {
  const result = readSettings(declarations, { argv: ["-h", "-x"], env: { STORE_LIMIT: "a" } });
  expect(result).toMatchObject({ kind: "help" });
  const text = result.kind === "help" ? result.text : "";
  expect(text).toContain("log.level  -log-level\n    what to log (debug|info; default: info)\n");
  expect(text).toContain("store.dsn  -store-dsn\n    where to (text; not set by default)\n");
  expect(text).toContain("store.size  -store-size\n    how much (size in bytes; default: 1MiB)\n");
  expect(text).toContain("config.file  -config-file\n");
});

test("-print-config prints each value with where it is from, secrets masked, as TOML that reads back", () => {
  const path = fileWith("a.yaml", "store.window: 5s\n");
  const first = readSettings(declarations, {
    argv: ["-print-config", `-config-file=${path}`, '-store-note=# "quoted"'],
    env: { STORE_DSN: "postgres://me:pw@host/db" },
  });
  const text = first.kind === "print" ? first.text : "";
  expect(text).toBe(`log.level = "info" # default
store.dsn = "postgres://me:********@host/db" # variable STORE_DSN
store.enabled = "false" # default
store.limit = "10" # default
store.names = "a,b" # default
store.note = "# \\"quoted\\"" # flag -store-note
store.size = "1MiB" # default
store.window = "5s" # file ${path}:1
`);
  expect(settingsFrom({ env: { CONFIG_FILE: fileWith("b.toml", text) } })).toEqual({
    ...settingsFrom({}),
    "store.dsn": "postgres://me:********@host/db",
    "store.note": '# "quoted"',
    "store.window": 5000,
  });
});

test("-print-config with a bad value reports it", () => {
  expect(problemsOf(declarations, { argv: ["-print-config", "-store-limit=0"] })).toHaveLength(1);
});

test("a bad secret is not shown", () => {
  const secret = declareSettings({ pin: setting.integer({ help: "", secret: true }) });
  expect(problemsOf(secret, { argv: ["-pin=12x"] })).toEqual([
    'pin (flag -pin) is "********": expected a whole number',
  ]);
});
