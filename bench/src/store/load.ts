import { runChild } from "@protomesh/local";

/** Flags of the load program, by name. */
export type LoadFlags = Readonly<Record<string, string | number>>;

const output = {
  put: ["count", "seconds", "p50", "p99", "processorSeconds"],
  apply: ["count", "seconds", "p50", "p99", "processorSeconds"],
  fill: ["count", "processorSeconds"],
  watch: ["writes", "deliveries", "missed", "seconds", "p50", "p99", "maximum", "processorSeconds"],
  list: ["resources", "firstMs", "ms", "processorSeconds"],
  "list-by-watch": ["resources", "ms", "processorSeconds"],
} as const;

export type LoadCommand = keyof typeof output;

/** What a command of the load program has seen; times are in milliseconds where the name does not say otherwise. */
export type Seen<Command extends LoadCommand> = Readonly<Record<(typeof output)[Command][number], number>>;

/** Runs a command of `bench/load`. @throws ChildError when a call failed; RangeError for an answer that lacks a number */
export async function runLoad<Command extends LoadCommand>(
  program: string,
  command: Command,
  flags: LoadFlags,
): Promise<Seen<Command>> {
  const lines = await runChild({ name: `load ${command}`, command: program, args: [command, ...argumentsOf(flags)] });
  const seen: unknown = JSON.parse(lines.at(-1) ?? "null");
  const entries = output[command].map((name): [string, number] => {
    const value = typeof seen === "object" && seen !== null ? Object.entries(seen).find(([key]) => key === name) : [];
    if (typeof value?.[1] !== "number") throw new RangeError(`load ${command} told no ${name}: ${lines.join(" ")}`);
    return [name, value[1]];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each of its keys is there, and a number
  return Object.fromEntries(entries) as Seen<Command>;
}

export function argumentsOf(flags: LoadFlags): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
