import { readSettings, type Declarations, type SettingSources } from "@protomesh/core";

/** Which database, and by which folder. */
export interface MigrateSettings {
  readonly dsn: string;
  /** undefined: the migrations that came with the store. */
  readonly folder: string | undefined;
}

export type MigrateSettingsResult =
  | { readonly kind: "settings"; readonly settings: MigrateSettings }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

const dsnKey = "store.sql.connection.string";
const folderKey = "store.postgres.migration.file";

/** Reads the store's own settings, so that whatever configures the store configures its migrations. */
export function migrateSettings(storeDeclarations: Declarations, sources: SettingSources): MigrateSettingsResult {
  const result = readSettings(storeDeclarations, sources);
  switch (result.kind) {
    case "help":
    case "print":
      return { kind: "text", text: result.text };
    case "invalid":
      return { kind: "problems", problems: result.problems };
    case "settings": {
      const dsn = result.settings[dsnKey];
      const folder = result.settings[folderKey];
      if (typeof dsn !== "string" || dsn === "")
        return { kind: "problems", problems: [`${dsnKey} is not set: which database?`] };
      const isSet = typeof folder === "string" && folder !== "";
      return { kind: "settings", settings: { dsn, folder: isSet ? folder : undefined } };
    }
  }
}

/** The list of the store's settings for `--help`. */
export function settingsHelp(storeDeclarations: Declarations): string {
  const result = readSettings(storeDeclarations, { argv: ["-h"], env: {} });
  return result.kind === "help" ? result.text : "";
}
