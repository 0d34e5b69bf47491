import { stringify } from "yaml";

/** What programs read. Both forms say the same: YAML is the JSON, written for eyes. */
export type DataFormat = "json" | "yaml";

/** One value: indented JSON, or a YAML document. Big integers come out as text, as canonical protobuf JSON has them. */
export function dataText(value: unknown, format: DataFormat): string {
  return format === "json" ? `${JSON.stringify(value, bigintAsText, 2)}\n` : yamlText(value);
}

/** One value of a stream without end: a line of JSON, or a YAML document with its `---` in front. */
export function streamedText(value: unknown, format: DataFormat): string {
  return format === "json" ? `${JSON.stringify(value, bigintAsText)}\n` : `---\n${yamlText(value)}`;
}

/** Readers of YAML 1.1 take `yes` and the like for truth values, where they are not quoted. */
function yamlText(value: unknown): string {
  return stringify(value, bigintAsText, { lineWidth: 0, compat: "yaml-1.1", aliasDuplicateObjects: false });
}

function bigintAsText(_: unknown, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
