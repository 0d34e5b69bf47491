import type { MigrateResult, MigrationState } from "@protomesh/store";
import { tableText } from "../output/table.js";

/** What a run did, a line per migration. */
export function migratedText({ applied, reverted }: MigrateResult): string {
  if (applied.length + reverted.length === 0) return "nothing to do\n";
  return tableText([...applied.map((name) => [name, "applied"]), ...reverted.map((name) => [name, "reverted"])]);
}

/** How each migration stands, a line each. */
export function statusText(states: readonly MigrationState[]): string {
  return tableText([
    ["MIGRATION", "STATE", "APPLIED"],
    ...states.map((migration) => [
      `${String(migration.version).padStart(4, "0")}_${migration.name}`,
      migration.state,
      migration.state === "pending" ? "" : migration.appliedAt.toISOString(),
    ]),
  ]);
}

/** For programs: the same. */
export function statusData(states: readonly MigrationState[]): readonly object[] {
  return states.map((migration) => ({
    version: migration.version,
    name: migration.name,
    state: migration.state,
    ...(migration.state !== "pending" && { applied: migration.appliedAt.toISOString() }),
  }));
}

/** The version below the newest applied one; undefined where none is applied. */
export function versionBelow(states: readonly MigrationState[]): number | undefined {
  const applied = states.filter(({ state }) => state !== "pending").map(({ version }) => version);
  return applied.length === 0 ? undefined : Math.max(...applied) - 1;
}
