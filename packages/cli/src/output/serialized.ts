/** Indented JSON. Big integers come out as text, as canonical protobuf JSON has them. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, bigintAsText, 2)}\n`;
}

/** One line of JSON. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, bigintAsText)}\n`;
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
