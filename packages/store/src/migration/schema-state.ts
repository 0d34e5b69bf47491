import type { Migration } from "./migration-files.js";

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly appliedAt: Date;
}

/** How one migration stands. */
export type MigrationState =
  | { readonly version: number; readonly name: string; readonly state: "applied"; readonly appliedAt: Date }
  | { readonly version: number; readonly name: string; readonly state: "pending" }
  /** Applied, but from a file with other content than the one in the folder. */
  | { readonly version: number; readonly name: string; readonly state: "changed"; readonly appliedAt: Date }
  /** Applied, and not in the folder: by a newer program, or from another folder. */
  | { readonly version: number; readonly name: string; readonly state: "unknown"; readonly appliedAt: Date };

/** How the migrations of a folder and of a database stand to each other, by number. */
export function migrationStates(files: readonly Migration[], applied: readonly AppliedMigration[]): MigrationState[] {
  const known = files.map(({ version, name, checksum }): MigrationState => {
    const there = applied.find((migration) => migration.version === version);
    if (there === undefined) return { version, name, state: "pending" };
    const same = there.checksum === checksum && there.name === name;
    return { version, name, state: same ? "applied" : "changed", appliedAt: there.appliedAt };
  });
  const unknown = applied
    .filter(({ version }) => !files.some((file) => file.version === version))
    .map(({ version, name, appliedAt }): MigrationState => ({ version, name, state: "unknown", appliedAt }));
  return [...known, ...unknown].sort((a, b) => a.version - b.version);
}

/** Why a program with these migrations must not use or change the database; undefined: it may. */
export function schemaObjection(states: readonly MigrationState[]): string | undefined {
  const named = (state: MigrationState["state"]): string =>
    states
      .filter((migration) => migration.state === state)
      .map(({ version, name }) => `${String(version).padStart(4, "0")}_${name}`)
      .join(", ");
  const unknown = named("unknown");
  if (unknown !== "") return `the database has migrations that this program does not know: ${unknown}`;
  const changed = named("changed");
  return changed === "" ? undefined : `migrations were changed after they had been applied: ${changed}`;
}
