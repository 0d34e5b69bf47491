import envVar from "env-var";
import { parseBoolean } from "./boolean-word.js";
import { parseByteSize } from "./byte-size.js";
import { parseDurationMs } from "./duration.js";

const { accessors } = envVar;

/** What `env-var` does not bring: each takes the text of a value and throws when it breaks the rule. */
const settingAccessors = {
  asBooleanWord: (text: string): boolean => valid(parseBoolean(text)),
  asIntegerWithin: (text: string, minimum?: number, maximum?: number): number =>
    within(accessors.asInt(text), minimum, maximum),
  asDurationMs: (text: string, minimumMs?: number, maximumMs?: number): number =>
    within(valid(parseDurationMs(text)), minimumMs, maximumMs),
  asByteSize: (text: string): number => valid(parseByteSize(text)),
  /** Comma-separated, or a JSON array of strings, as which the lists of configuration files arrive. */
  asTextList: (text: string): readonly string[] =>
    text.startsWith("[") ? accessors.asJsonArray(text).map(String) : accessors.asArray(text).map((item) => item.trim()),
};

/** `env-var` over the record of all sources, in which every key stands with its winning text. */
export function settingVariables(record: Readonly<Record<string, string>>) {
  return envVar.from({ ...record }, settingAccessors);
}

/** A setting's value in that record, ready to be converted. */
export type SettingVariable = ReturnType<ReturnType<typeof settingVariables>["get"]>;

function valid<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("not valid");
  return value;
}

function within(value: number, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): number {
  if (value < minimum || value > maximum) throw new RangeError("out of range");
  return value;
}
