import type { SettingVariable } from "./accessors.js";

/** What a setting can hold once it is read. */
export type SettingValue = string | number | boolean | readonly string[] | undefined;

/** One setting, declared once: its key gives its flag, its variable and its path in a file. */
export interface Declaration<T extends SettingValue = SettingValue> {
  /** For people: `text`, `duration`, … */
  readonly type: string;
  /** One line, without the default. */
  readonly help: string;
  /** What the value counts, such as `bytes`. */
  readonly unit: string | undefined;
  /** What a valid value looks like: the end of "expected …". */
  readonly expects: string;
  /** As a person would write it. */
  readonly defaultText: string | undefined;
  readonly required: boolean;
  /** Never shown. */
  readonly secret: boolean;
  /** Older spellings of the key that mean the same. */
  readonly aliases: readonly string[];
  /** A flag of this type may stand without a value, which then is this text. */
  readonly impliedText: string | undefined;
  /** Converts and checks; throws `env-var`'s EnvVarError when the text is not what it expects. */
  readonly convert: (variable: SettingVariable) => T;
}

/** The declarations of a program by key, a dotted path in lower case. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** The values of declared settings by key. */
export type Settings<D extends Declarations> = {
  readonly [Key in keyof D]: D[Key] extends Declaration<infer T> ? T : never;
};

/** Declares the settings of a program or of a part of one: gives back what it is given, with its exact types. */
export function declareSettings<const D extends Declarations>(declarations: D): D {
  return declarations;
}
