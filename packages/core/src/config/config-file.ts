import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Declarations } from "./declaration.js";
import type { FileEntry, FileFault } from "./file-entry.js";
import { suggestion } from "./nearest-name.js";
import type { Given } from "./origin.js";
import { tomlEntries } from "./toml-file.js";
import { yamlEntries } from "./yaml-file.js";

type Parse = (text: string) => { readonly entries: readonly FileEntry[] } | { readonly fault: FileFault };

const parserOf: Readonly<Record<string, Parse>> = {
  ".toml": tomlEntries,
  ".yaml": yamlEntries,
  ".yml": yamlEntries,
  ".json": yamlEntries,
};

export interface FileSettings {
  /** By key. */
  readonly given: ReadonlyMap<string, Given>;
  readonly problems: readonly string[];
}

/**
 * Reads the settings of a configuration file, its format told by its extension.
 * @param otherKeys keys that other programs read from the same file: they are passed over
 */
export function readConfigFile(declarations: Declarations, path: string, otherKeys: Iterable<string>): FileSettings {
  const parse = parserOf[extname(path).toLowerCase()];
  if (parse === undefined) {
    return faulty(`configuration file ${path}: expected one of the endings ${Object.keys(parserOf).join(", ")}`);
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return faulty(
      `configuration file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = parse(text);
  if ("fault" in parsed) return faulty(`configuration file ${place(path, parsed.fault.line)}: ${parsed.fault.message}`);
  return settingsIn(declarations, path, parsed.entries, new Set(otherKeys));
}

function settingsIn(
  declarations: Declarations,
  path: string,
  entries: readonly FileEntry[],
  otherKeys: ReadonlySet<string>,
): FileSettings {
  const keys = spellingsOf(declarations);
  const given = new Map<string, Given>();
  const problems: string[] = [];
  for (const { key: spelling, text, line } of entries) {
    const key = keys.get(spelling);
    if (key === undefined) {
      if (otherKeys.has(spelling)) continue;
      problems.push(
        `unknown key ${spelling} (file ${place(path, line)})${suggestion(spelling, [...keys.keys(), ...otherKeys])}`,
      );
    } else if (given.has(key)) {
      problems.push(
        `${key} (file ${place(path, line)}) is given twice${spelling === key ? "" : `, once as ${spelling}`}`,
      );
    } else {
      given.set(key, { text, origin: { kind: "file", path, line } });
    }
  }
  return { given, problems };
}

/** The keys that may be written, older spellings included, each with the key that it means. */
function spellingsOf(declarations: Declarations): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(declarations).flatMap(([key, { aliases }]) =>
      [key, ...aliases].map((spelling): [string, string] => [spelling, key]),
    ),
  );
}

function faulty(problem: string): FileSettings {
  return { given: new Map(), problems: [problem] };
}

function place(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}:${line}`;
}
