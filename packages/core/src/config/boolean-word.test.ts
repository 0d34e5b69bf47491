import { expect, test } from "vitest";
import { parseBoolean } from "./boolean-word.js";

test.each(["t", "true", "y", "yes", "1", "TRUE", "Yes", "Y", "T"])('"%s" is true', (text) => {
  expect(parseBoolean(text)).toBe(true);
});

test.each(["f", "false", "n", "no", "0", "FALSE", "No", "N", "F"])('"%s" is false', (text) => {
  expect(parseBoolean(text)).toBe(false);
});

test.each(["", "on", "off", "2", " true", "truee"])('"%s" is no boolean', (text) => {
  expect(parseBoolean(text)).toBeUndefined();
});
