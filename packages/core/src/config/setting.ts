import type { SettingVariable } from "./accessors.js";
import type { Declaration, SettingValue } from "./declaration.js";

/** What every declaration can say beside its type. Without `default` and `required` the value may be undefined. */
interface Options<Default> {
  readonly help: string;
  readonly default?: Default;
  /** The start fails when no source gives the setting. */
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly unit?: string;
  readonly aliases?: readonly string[];
}

/** undefined where an option set leaves the value open, else nothing. */
type Absent<O> = O extends { readonly default: unknown } | { readonly required: true } ? never : undefined;

interface Type {
  readonly type: string;
  readonly expects: string;
  readonly convert: (variable: SettingVariable) => SettingValue;
  readonly unit?: string;
  readonly impliedText?: string;
}

/** Builders of declarations, one per type. */
export const setting = {
  text<const O extends Options<string>>(options: O): Declaration<string | Absent<O>> {
    return declaration(options, {
      type: "text",
      expects: "text",
      convert: (variable) => variable.asString(),
    });
  },

  integer<const O extends Options<number> & { readonly min?: number; readonly max?: number }>(
    options: O,
  ): Declaration<number | Absent<O>> {
    const { min, max } = options;
    return declaration(options, {
      type: "integer",
      expects: `a whole number${rangeText(min, max)}`,
      convert: (variable) => variable.asIntegerWithin(min, max),
    });
  },

  boolean<const O extends Options<boolean>>(options: O): Declaration<boolean | Absent<O>> {
    return declaration(options, {
      type: "boolean",
      expects: "true or false (also t, yes, y, 1; f, no, n, 0)",
      impliedText: "true",
      convert: (variable) => variable.asBooleanWord(),
    });
  },

  /** The value is in milliseconds; defaults are written as people write them: `1m30s`. */
  duration<const O extends Options<string> & { readonly minMs?: number; readonly maxMs?: number }>(
    options: O,
  ): Declaration<number | Absent<O>> {
    const { minMs = 0, maxMs } = options;
    return declaration(options, {
      type: "duration",
      expects: `a duration such as 300ms, 1m30s or 2h${rangeText(minMs, maxMs, "ms")}`,
      convert: (variable) => variable.asDurationMs(minMs, maxMs),
    });
  },

  choice<const C extends string, const O extends Options<C>>(
    choices: readonly C[],
    options: O,
  ): Declaration<C | Absent<O>> {
    return declaration(options, {
      type: choices.join("|"),
      expects: `one of ${choices.join(", ")}`,
      convert: (variable) => variable.asEnum(choices),
    });
  },

  list<const O extends Options<readonly string[]>>(options: O): Declaration<readonly string[] | Absent<O>> {
    return declaration(options, {
      type: "list",
      expects: "words separated by commas",
      convert: (variable) => variable.asTextList(),
    });
  },

  /** The value is in bytes; defaults are written as people write them: `1MiB`. */
  bytes<const O extends Options<string>>(options: O): Declaration<number | Absent<O>> {
    return declaration(options, {
      type: "size",
      expects: "an amount of bytes such as 65536, 64KiB or 10MB",
      unit: "bytes",
      convert: (variable) => variable.asByteSize(),
    });
  },
};

function declaration<T extends SettingValue>(options: Options<SettingValue>, type: Type): Declaration<T> {
  const { help, default: defaultValue, required = false, secret = false, unit, aliases = [] } = options;
  return {
    type: type.type,
    help,
    unit: unit ?? type.unit,
    expects: type.expects,
    defaultText: textOf(defaultValue),
    required,
    secret,
    aliases,
    impliedText: type.impliedText,
    // T leaves undefined out only where a default or `required` sees to it that the variable is there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    convert: type.convert as (variable: SettingVariable) => T,
  };
}

function textOf(value: SettingValue): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object") return String(value);
  return value.some((item) => item.includes(",")) ? JSON.stringify(value) : value.join(",");
}

function rangeText(minimum: number | undefined, maximum: number | undefined, unit = ""): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum}${unit} to ${maximum}${unit}`;
  if (minimum !== undefined) return `, at least ${minimum}${unit}`;
  return maximum === undefined ? "" : `, at most ${maximum}${unit}`;
}
