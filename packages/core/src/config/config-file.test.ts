import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfigFile } from "./config-file.js";
import { declareSettings } from "./declaration.js";
import { setting } from "./setting.js";

const declarations = declareSettings({
  "store.sql.connection.string": setting.text({ help: "" }),
  "store.limit": setting.integer({ help: "" }),
  "gateway.handlers": setting.list({ help: "" }),
  "http.server.shutdown.timeout": setting.duration({
    help: "",
    aliases: ["http.server.shutdown.timeout.duration"],
  }),
});

/** The problems carry the file's path, which is of the test only: it is shortened to its name. */
function read(name: string, content: string) {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  const { given, problems } = readConfigFile(declarations, path, ["envoy.xds.listener.address"]);
  const lines = [...given.values()].map(({ origin }) => (origin.kind === "file" ? origin.line : undefined));
  return {
    texts: Object.fromEntries([...given].map(([key, { text }]) => [key, text])),
    lines,
    problems: problems.map((problem) => problem.replaceAll(`${folder}/`, "")),
  };
}

interface Case {
  readonly title: string;
  readonly name: string;
  readonly content: string;
  /** Of the values, where the format tells. */
  readonly lines: readonly (number | undefined)[];
}

test.each<Case>([
  {
    title: "TOML with tables",
    name: "a.toml",
    content: '[store]\nlimit = 5\n[store.sql]\nconnection.string = "x"\n[gateway]\nhandlers = ["A", "B"]\n',
    lines: [undefined, undefined, undefined],
  },
  {
    title: "TOML with dotted keys",
    name: "a.TOML",
    content: 'gateway.handlers = ["A", "B"]\nstore.limit = 5\nstore.sql.connection.string = "x"\n',
    lines: [undefined, undefined, undefined],
  },
  {
    title: "TOML with quoted keys",
    name: "a.toml",
    content: '"gateway.handlers" = ["A", "B"]\n"store.limit" = 5\n"store.sql.connection.string" = "x"\n',
    lines: [undefined, undefined, undefined],
  },
  {
    title: "YAML",
    name: "a.yaml",
    content: "store:\n  sql:\n    connection.string: x\n  limit: 5\ngateway: { handlers: [A, B] }\n",
    lines: [3, 4, 5],
  },
  {
    title: "YAML with a merged anchor",
    name: "a.yml",
    content: "store: &shared\n  limit: 5\n  sql.connection.string: x\ngateway:\n  handlers:\n    - A\n    - B\n",
    lines: [2, 3, 6],
  },
  {
    title: "JSON indented by tabs",
    name: "a.json",
    content:
      '{\n\t"store.limit": 5,\n\t"store": {"sql": {"connection": {"string": "x"}}},\n\t"gateway.handlers": ["A","B"]\n}',
    lines: [2, 3, 4],
  },
])("$title", ({ name, content, lines }) => {
  const file = read(name, content);
  expect(file.problems).toEqual([]);
  expect(file.texts).toEqual({
    "store.sql.connection.string": "x",
    "store.limit": "5",
    "gateway.handlers": '["A","B"]',
  });
  expect(file.lines).toEqual(lines);
});

test("the older spelling of a key means the same, nested too", () => {
  expect(read("a.toml", '[http.server.shutdown.timeout]\nduration = "30s"\n').texts).toEqual({
    "http.server.shutdown.timeout": "30s",
  });
});

test("a big integer keeps its digits", () => {
  expect(read("a.yaml", "store.limit: 12345678901234567890\n").texts).toEqual({
    "store.limit": "12345678901234567890",
  });
  expect(read("a.toml", "store.limit = 9007199254740993\n").texts).toEqual({ "store.limit": "9007199254740993" });
});

test("null leaves a key unset", () => {
  expect(read("a.yaml", "store:\n  limit:\n").texts).toEqual({});
});

test("an empty file sets nothing", () => {
  expect(read("a.yaml", "")).toEqual({ texts: {}, lines: [], problems: [] });
  expect(read("a.toml", "")).toEqual({ texts: {}, lines: [], problems: [] });
});

test("a key of another program is passed over", () => {
  expect(read("a.yaml", "envoy.xds.listener.address: x\n")).toEqual({ texts: {}, lines: [], problems: [] });
});

interface BadCase {
  readonly title: string;
  readonly name: string;
  readonly content: string;
  readonly want: readonly string[];
}

test.each<BadCase>([
  {
    title: "an unknown key names line and nearest key",
    name: "a.yaml",
    content: "store:\n  limitt: 5\n",
    want: ["unknown key store.limitt (file a.yaml:2); did you mean store.limit?"],
  },
  {
    title: "an unknown key of TOML",
    name: "a.toml",
    content: "stroe.limit = 5\nnone = 1\n",
    want: ["unknown key stroe.limit (file a.toml); did you mean store.limit?", "unknown key none (file a.toml)"],
  },
  {
    title: "a mistyped key of another program",
    name: "a.yaml",
    content: "envoy.xds.listener.adress: x\n",
    want: ["unknown key envoy.xds.listener.adress (file a.yaml:1); did you mean envoy.xds.listener.address?"],
  },
  {
    title: "a key in two spellings",
    name: "a.json",
    content: '{"store.limit": 1,\n "store": {"limit": 2}}',
    want: ["store.limit (file a.json:2) is given twice"],
  },
  {
    title: "a key and its older spelling",
    name: "a.yaml",
    content: "http.server.shutdown.timeout: 1s\nhttp.server.shutdown.timeout.duration: 2s\n",
    want: [
      "http.server.shutdown.timeout (file a.yaml:2) is given twice, once as http.server.shutdown.timeout.duration",
    ],
  },
  {
    title: "YAML that does not parse",
    name: "a.yaml",
    content: "store:\n  limit: [1\n",
    want: [
      "configuration file a.yaml:3: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  },
  {
    title: "a key twice in YAML",
    name: "a.yaml",
    content: "store.limit: 1\nstore.limit: 2\n",
    want: ["configuration file a.yaml:2: Map keys must be unique"],
  },
  {
    title: "a YAML list",
    name: "a.yaml",
    content: "- 1\n",
    want: ["configuration file a.yaml:1: expected keys and values"],
  },
  {
    title: "TOML that does not parse",
    name: "a.toml",
    content: "store.limit = 5\nstore.sql = \n",
    want: ["configuration file a.toml:2: Invalid TOML document: invalid value"],
  },
  {
    title: "an ending that says nothing",
    name: "a.conf",
    content: "",
    want: ["configuration file a.conf: expected one of the endings .toml, .yaml, .yml, .json"],
  },
])("$title", ({ name, content, want }) => {
  expect(read(name, content).problems).toEqual(want);
});

test("a file that is not there is named", () => {
  const [problem, ...others] = readConfigFile(declarations, "/nowhere/a.toml", []).problems;
  expect(problem).toMatch(/^configuration file \/nowhere\/a\.toml cannot be read: ENOENT/);
  expect(others).toEqual([]);
});
