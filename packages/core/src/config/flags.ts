import { parseBoolean } from "./boolean-word.js";
import type { Declaration, Declarations } from "./declaration.js";
import { flagOf } from "./key-spelling.js";
import { suggestion } from "./nearest-name.js";
import type { Given } from "./origin.js";

export interface Flags {
  /** By key. */
  readonly given: ReadonlyMap<string, Given>;
  readonly problems: readonly string[];
  /** Whether `-h` was among them. */
  readonly help: boolean;
  /** Whether `-print-config` was among them. */
  readonly print: boolean;
}

/** What one word of the command line means, together with the next where that is its value. */
type Meaning =
  | { readonly kind: "help" | "print" }
  | { readonly kind: "value"; readonly key: string; readonly given: Given; readonly tookNext: boolean }
  | { readonly kind: "problem"; readonly problem: string; readonly tookNext: boolean };

/** The flags that a program knows. */
interface FlagTable {
  readonly byFlag: ReadonlyMap<string, { readonly key: string; readonly declaration: Declaration }>;
  /** Flags of other programs, to tell them from typing mistakes. */
  readonly others: ReadonlySet<string>;
}

const printFlag = "-print-config";

/**
 * Reads `-flag=value`, `--flag=value` and `--flag value`. A boolean flag may stand alone, and takes the next word only when
 * that is a boolean. The last of several equal flags counts, as in Go.
 * @param argv without the interpreter and the script
 * @param otherKeys keys that other programs read
 */
export function readFlags(declarations: Declarations, argv: readonly string[], otherKeys: Iterable<string>): Flags {
  const table = flagTable(declarations, otherKeys);
  const given = new Map<string, Given>();
  const problems: string[] = [];
  let help = false;
  let print = false;
  for (let at = 0; at < argv.length; at++) {
    const meaning = meaningOf(argv[at] ?? "", argv[at + 1], table);
    switch (meaning.kind) {
      case "help":
        help = true;
        break;
      case "print":
        print = true;
        break;
      case "value":
        given.set(meaning.key, meaning.given);
        if (meaning.tookNext) at++;
        break;
      case "problem":
        problems.push(meaning.problem);
        if (meaning.tookNext) at++;
        break;
    }
  }
  return { given, problems, help, print };
}

function flagTable(declarations: Declarations, otherKeys: Iterable<string>): FlagTable {
  const byFlag: FlagTable["byFlag"] = new Map(
    Object.entries(declarations).flatMap(([key, declaration]) =>
      [key, ...declaration.aliases].map((spelling) => [flagOf(spelling), { key, declaration }] as const),
    ),
  );
  return { byFlag, others: new Set([...otherKeys].map(flagOf)) };
}

function meaningOf(word: string, next: string | undefined, table: FlagTable): Meaning {
  if (!/^--?[^-]/.test(word)) {
    const problem = `"${word}" is not understood: expected flags such as -log-level=debug; -h lists them`;
    return { kind: "problem", problem, tookNext: false };
  }
  const { flag, value } = flagAndValue(word);
  if (flag === "-h" || flag === "-help") return { kind: "help" };
  if (flag === printFlag) return { kind: "print" };
  const known = table.byFlag.get(flag);
  if (known === undefined) {
    const tookNext = value === undefined && next !== undefined && !next.startsWith("-");
    return { kind: "problem", problem: strangerText(flag, table), tookNext };
  }
  const { key, declaration } = known;
  const taken = value === undefined ? valueFrom(next, declaration, table) : { text: value, tookNext: false };
  if (taken === undefined) {
    return { kind: "problem", problem: `flag ${flag} has no value: expected ${declaration.expects}`, tookNext: false };
  }
  return { kind: "value", key, given: { text: taken.text, origin: { kind: "flag", flag } }, tookNext: taken.tookNext };
}

function flagAndValue(word: string): { readonly flag: string; readonly value: string | undefined } {
  const [name = "", ...rest] = word.split("=");
  return { flag: name.replace(/^--/, "-"), value: rest.length === 0 ? undefined : rest.join("=") };
}

/** The value of a flag that has none of its own. */
function valueFrom(
  next: string | undefined,
  { impliedText }: Declaration,
  { byFlag }: FlagTable,
): { readonly text: string; readonly tookNext: boolean } | undefined {
  if (impliedText !== undefined) {
    const isValue = next !== undefined && parseBoolean(next) !== undefined;
    return isValue ? { text: next, tookNext: true } : { text: impliedText, tookNext: false };
  }
  if (next === undefined || byFlag.has(flagAndValue(next).flag)) return undefined;
  return { text: next, tookNext: true };
}

function strangerText(flag: string, { byFlag, others }: FlagTable): string {
  return others.has(flag)
    ? `flag ${flag} is a setting of another program: this one does not read it`
    : `unknown flag ${flag}${suggestion(flag, [...byFlag.keys(), printFlag])}`;
}
