import type { Declarations, Settings } from "./declaration.js";
import { suggestion } from "./nearest-name.js";
import { readSettings } from "./read-settings.js";

/**
 * Settings given in code, for tests: what is left out has its default.
 * @param overrides by key, as the settings' types say
 * @throws RangeError for a key that is not declared, and for a required one that is not given
 */
export function withDefaults<D extends Declarations>(
  declarations: D,
  overrides: Partial<Settings<D>> & Readonly<Record<string, unknown>>,
): Settings<D> {
  for (const key of Object.keys(overrides)) {
    if (!(key in declarations)) {
      throw new RangeError(`there is no setting ${key}${suggestion(key, Object.keys(declarations))}`);
    }
  }
  const left = Object.entries(declarations).filter(([key]) => !(key in overrides));
  const result = readSettings(Object.fromEntries(left), { argv: [], env: {} });
  if (result.kind === "invalid") throw new RangeError(result.problems.join("\n"));
  if (result.kind !== "settings") throw new Error(`no arguments were given, and reading them ended as ${result.kind}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- defaults are made, overrides typed by their declarations
  return { ...result.settings, ...overrides } as Settings<D>;
}
