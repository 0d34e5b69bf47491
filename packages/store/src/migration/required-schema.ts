import type { Objection } from "../database/locate.js";
import type { migrate } from "./migrate.js";
import { readMigrationStates } from "./migrate.js";
import { MigrationError } from "./migration-error.js";
import type { Migration } from "./migration-files.js";
import { schemaObjection } from "./schema-state.js";

export interface RequiredSchema {
  /** What the program was made for. */
  readonly migrations: readonly Migration[];
  /** Applies what is missing; undefined: somebody else does. */
  readonly applyMissing: (() => ReturnType<typeof migrate>) | undefined;
}

/** Objects to a database whose schema is not the one that the program was made for, after having tried to make it so. */
export function schemaRequirement({ migrations, applyMissing }: RequiredSchema): Objection {
  return async (sql) => {
    const states = await readMigrationStates(sql, migrations);
    const objection = schemaObjection(states);
    if (objection !== undefined) return objection;
    const missing = states.filter(({ state }) => state === "pending");
    if (missing.length === 0) return undefined;
    if (applyMissing === undefined) {
      const names = missing.map(({ version, name }) => `${String(version).padStart(4, "0")}_${name}`);
      return `the database's schema lacks ${names.join(", ")}: run protomesh migrate up`;
    }
    try {
      await applyMissing();
      return undefined;
    } catch (error) {
      if (error instanceof MigrationError) return error.message;
      throw error;
    }
  };
}
