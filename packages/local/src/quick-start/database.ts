import { join } from "node:path";
import { startPostgres } from "../postgres/start-postgres.js";
import { keep, type Launch } from "./launch.js";
import { portOf } from "./places.js";

/** The DSN of the database: the one that a setting names, or that of a PostgreSQL of our own, started here. */
export async function openDatabase(launch: Launch): Promise<string> {
  const { settings, places, folder, terminal, ending } = launch;
  const external = settings["store.sql.connection.string"];
  if (external !== undefined && external !== "") {
    terminal.started("PostgreSQL", "yours, by store.sql.connection.string");
    return external;
  }
  const start = startPostgres({
    dataFolder: join(folder, "postgres"),
    port: portOf(places.postgres),
    fresh: settings.fresh,
    // The folder's lock is ours: a server that still runs there is one that nobody ended.
    takeOver: true,
    signal: ending.signal,
  });
  const postgres = await keep(launch, "PostgreSQL", start);
  terminal.started("PostgreSQL", `${places.postgres}, data in ${postgres.folder}`);
  return postgres.dsn;
}
