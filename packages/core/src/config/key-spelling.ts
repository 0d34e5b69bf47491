/** The flag of a key, with one dash: `-store-sql-connection-string`. */
export function flagOf(key: string): string {
  return `-${key.replaceAll(".", "-")}`;
}

/** The environment variable of a key: `STORE_SQL_CONNECTION_STRING`. */
export function variableOf(key: string): string {
  return key.replaceAll(".", "_").toUpperCase();
}
