import envVar from "env-var";
import { settingVariables } from "./accessors.js";
import { readConfigFile } from "./config-file.js";
import type { Declaration, Declarations, Settings, SettingValue } from "./declaration.js";
import { readFlags } from "./flags.js";
import { helpText } from "./help-text.js";
import { flagOf, variableOf } from "./key-spelling.js";
import { knownKeys } from "./known-keys.js";
import { shownText } from "./mask.js";
import { originText, type Given, type Origin } from "./origin.js";
import { printText } from "./print-text.js";
import { setting } from "./setting.js";
import { readVariables, type Environment } from "./variables.js";

export interface SettingSources {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Environment;
}

export interface ReadOptions {
  /** Keys that a configuration file may hold for other programs. Default: those of every Protomesh program. */
  readonly alsoKnown?: Iterable<string>;
}

/** What became of reading the settings. */
export type SettingsResult<D extends Declarations> =
  | { readonly kind: "settings"; readonly settings: Settings<D>; readonly origins: Readonly<Record<string, Origin>> }
  /** `-h` was given. */
  | { readonly kind: "help"; readonly text: string }
  /** `-print-config` was given, and every value is valid. */
  | { readonly kind: "print"; readonly text: string }
  /** All that is wrong, one line each. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

const configFile = "config.file";
const ownDeclarations = {
  [configFile]: setting.text({ help: "configuration file: .toml, .yaml, .yml or .json" }),
};

/**
 * Reads the declared settings from flags, environment variables and a configuration file, in this order of precedence,
 * then from the defaults. Every mistake of every source is reported at once. Environment variables that no key spells
 * are ignored; every other unknown name is a mistake.
 */
export function readSettings<D extends Declarations>(
  declarations: D,
  { argv, env }: SettingSources,
  { alsoKnown = knownKeys }: ReadOptions = {},
): SettingsResult<D> {
  const all: Declarations = { ...declarations, ...ownDeclarations };
  const otherKeys = [...alsoKnown];
  const flags = readFlags(all, argv, otherKeys);
  if (flags.help) return { kind: "help", text: helpText(all) };

  const variables = readVariables(all, env);
  const path = (flags.given.get(configFile) ?? variables.get(configFile))?.text;
  const file = path === undefined ? undefined : readConfigFile(declarations, path, otherKeys);
  const given = new Map([...defaults(all), ...(file?.given ?? []), ...variables, ...flags.given]);

  const { settings, problems } = converted(declarations, given);
  const allProblems = [...flags.problems, ...(file?.problems ?? []), ...problems];
  if (allProblems.length > 0) return { kind: "invalid", problems: allProblems };
  if (flags.print) return { kind: "print", text: printText(declarations, given) };
  return {
    kind: "settings",
    settings,
    origins: Object.fromEntries([...given].map(([key, { origin }]) => [key, origin])),
  };
}

function defaults(declarations: Declarations): readonly [string, Given][] {
  return Object.entries(declarations).flatMap(([key, { defaultText }]): [string, Given][] =>
    defaultText === undefined ? [] : [[key, { text: defaultText, origin: { kind: "default" } }]],
  );
}

/** Converts and checks every value by env-var's accessors, over one record of all sources. */
function converted<D extends Declarations>(
  declarations: D,
  given: ReadonlyMap<string, Given>,
): { readonly settings: Settings<D>; readonly problems: readonly string[] } {
  const variables = settingVariables(Object.fromEntries([...given].map(([key, { text }]) => [key, text])));
  const problems: string[] = [];
  const values: Record<string, SettingValue> = {};
  for (const [key, declaration] of Object.entries(declarations)) {
    const value = given.get(key);
    if (declaration.required && (value === undefined || value.text === "")) {
      problems.push(
        `${key} is required: give the flag ${flagOf(key)}, the variable ${variableOf(key)} or the key in a file`,
      );
      continue;
    }
    try {
      values[key] = declaration.convert(variables.get(key));
    } catch (error) {
      if (!(error instanceof envVar.EnvVarError) || value === undefined) throw error;
      problems.push(invalidText(key, declaration, value));
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was made by the declaration of its key
  return { settings: values as Settings<D>, problems };
}

function invalidText(key: string, declaration: Declaration, { text, origin }: Given): string {
  return `${key} (${originText(origin)}) is "${shownText(declaration, text)}": expected ${declaration.expects}`;
}
