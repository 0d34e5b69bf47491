/** One value of a configuration file, its nesting spelled out as a dotted key. */
export interface FileEntry {
  readonly key: string;
  readonly text: string;
  /** From 1; undefined where the format's parser does not tell. */
  readonly line: number | undefined;
}

/** A file that cannot be read as its format. */
export interface FileFault {
  readonly line: number | undefined;
  readonly message: string;
}

/**
 * Spells out nested tables as dotted keys. Null means that the key is not given; a list becomes a JSON array.
 * @param lineOf tells the line of a value by its path
 */
export function flatEntries(
  value: unknown,
  lineOf: (path: readonly string[]) => number | undefined,
  path: readonly string[] = [],
): readonly FileEntry[] {
  if (value === null || value === undefined) return [];
  if (isTable(value)) {
    return Object.entries(value).flatMap(([name, inner]) => flatEntries(inner, lineOf, [...path, name]));
  }
  return [{ key: path.join("."), text: textOf(value), line: lineOf(path) }];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return JSON.stringify(value.map(textOf));
  return JSON.stringify(value);
}
