/** A connection string that cannot be read; the message never holds its password. */
export class DsnError extends Error {
  override readonly name = "DsnError";
}
