import { expect, test } from "vitest";
import { nearestName, suggestion } from "./nearest-name.js";

interface Case {
  readonly title: string;
  readonly name: string;
  readonly want: string | undefined;
}

const candidates = ["name", "store.sql.connection.string", "store.provider", "log.level", "log.json"];

test.each<Case>([
  { title: "a letter missing", name: "store.sql.conection.string", want: "store.sql.connection.string" },
  { title: "a letter too much", name: "log.levell", want: "log.level" },
  { title: "two letters swapped", name: "log.jsno", want: "log.json" },
  { title: "two letters swapped in a short name", name: "nmae", want: "name" },
  { title: "two letters swapped at the end", name: "naem", want: "name" },
  { title: "another case", name: "Log.Level", want: "log.level" },
  { title: "itself", name: "log.json", want: "log.json" },
  { title: "nothing near", name: "temporal.address", want: undefined },
  { title: "the empty name", name: "", want: undefined },
])("$title: $name means $want", ({ name, want }) => {
  expect(nearestName(name, candidates)).toBe(want);
});

const flags = [
  "-enable-store",
  "-envoy-xds-store-enable-tls",
  "-enable-envoy-xds",
  "-store-admin-address",
  "-store-listener-address",
];

test.each([
  { title: "a near one", name: "-enable-stor", want: "; did you mean -enable-store?" },
  { title: "the shortest one that has its words", name: "-enable-xds", want: "; did you mean -enable-envoy-xds?" },
  { title: "none, where several are as long", name: "-store-address", want: "" },
  { title: "none for a word alone", name: "-xds", want: "" },
])("suggested is $title: $name", ({ name, want }) => {
  expect(suggestion(name, flags)).toBe(want);
});
