import type { Declarations } from "./declaration.js";
import { variableOf } from "./key-spelling.js";
import type { Given } from "./origin.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings that environment variables give, by key. An empty variable counts as not set, so that
 * `${VAR:-}` in a compose file leaves the default alone. Other variables are nobody's business here.
 */
export function readVariables(declarations: Declarations, env: Environment): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (const [key, { aliases }] of Object.entries(declarations)) {
    for (const variable of [key, ...aliases].map(variableOf)) {
      const text = env[variable];
      if (text === undefined || text === "") continue;
      given.set(key, { text, origin: { kind: "variable", variable } });
      break;
    }
  }
  return given;
}
