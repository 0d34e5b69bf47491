const hidden = "********";
const secretNames: ReadonlySet<string> = new Set([
  "authorization",
  "connectionstring",
  "cookie",
  "dsn",
  "password",
  "secret",
  "setcookie",
  "token",
]);

/** By name: whether it stands for a secret. Names come from code, but not all; so many are remembered. */
const judged = new Map<string, boolean>();
const rememberedNames = 1_000;

/**
 * What a log line may hold of a value: big integers as text (pino would write a JSON number that readers round), and
 * values under names that stand for secrets, such as `password` or `authorization`, hidden. Errors and other class
 * instances pass: pino has serialisers for them.
 */
export function loggable(bindings: Record<string, unknown>): Record<string, unknown> {
  for (const name in bindings) {
    const value = bindings[name];
    if (typeof value === "bigint" || (typeof value === "object" && value !== null) || isSecret(name)) {
      return loggableTable(bindings, 0);
    }
  }
  return bindings;
}

function isSecret(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const judgement = secretNames.has(name.toLowerCase().replaceAll(/[._-]/g, ""));
  if (judged.size < rememberedNames) judged.set(name, judgement);
  return judgement;
}

function loggableTable(table: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, value]: [string, unknown]) => [
      name,
      isSecret(name) ? hidden : loggableValue(value, depth),
    ]),
  );
}

/** Deeper than this, nobody reads a log line; it also ends circles. */
const maximumDepth = 6;

function loggableValue(value: unknown, depth: number): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maximumDepth) return "[deeper]";
  if (Array.isArray(value)) return value.map((item) => loggableValue(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? loggableTable(value, depth + 1) : value;
}
