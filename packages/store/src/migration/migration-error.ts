/** Migrations that cannot be applied as they are; the message says which and why. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}
