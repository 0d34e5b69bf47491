import { expect, test } from "vitest";
import { declareSettings } from "./declaration.js";
import { setting } from "./setting.js";
import { withDefaults } from "./with-defaults.js";

const declarations = declareSettings({
  "store.limit": setting.integer({ help: "", default: 10 }),
  "store.window": setting.duration({ help: "", default: "1m" }),
  "store.dsn": setting.text({ help: "", required: true }),
});

test("overrides stand as they are, the rest has its defaults", () => {
  expect(withDefaults(declarations, { "store.dsn": "x", "store.window": 5 })).toEqual({
    "store.dsn": "x",
    "store.limit": 10,
    "store.window": 5,
  });
});

test("a required setting that is left out is named", () => {
  expect(() => withDefaults(declarations, {})).toThrow(/^store\.dsn is required/);
});

test("an override of no setting names the nearest one", () => {
  expect(() => withDefaults(declarations, { "store.dsn": "x", "store.limits": 1 })).toThrow(
    "there is no setting store.limits; did you mean store.limit?",
  );
});
