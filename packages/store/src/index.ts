export { bundledMigrations } from "./migration/migration-files.js";
export { DatabaseError } from "./database/database-error.js";
export { DsnError } from "./database/dsn.js";
export { migrate, migrationStatus, type MigrateOptions, type MigrateResult } from "./migration/migrate.js";
export { MigrationError } from "./migration/migration-error.js";
export { program } from "./main.js";
export type { MigrationState } from "./migration/schema-state.js";
