import { Argument, InvalidArgumentError, type Command } from "commander";
import { settingsOf } from "@protomesh/core";
import {
  DatabaseError,
  DsnError,
  migrate,
  MigrationError,
  migrationStatus,
  program as store,
  type MigrateResult,
} from "@protomesh/store";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { migratedText, statusData, statusText, versionBelow } from "../migrate/migrate-report.js";
import { migrateSettings, settingsHelp, type MigrateSettings } from "../migrate/migrate-settings.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import type { Surroundings } from "../surroundings.js";

interface MigrateOptions {
  readonly to?: number;
  readonly output: OutputFormat;
}

type Direction = "up" | "down" | "status";

export function define(command: Command, { env, stdout }: Surroundings): void {
  command
    .usage("up|down|status [--to VERSION] [-o FORMAT] [-KEY=VALUE …]")
    .addArgument(new Argument("<direction>").choices(["up", "down", "status"]))
    .argument("[settings...]", "the store's settings, such as -store-sql-connection-string=postgres://…")
    .option("--to <version>", "end at this version; up: default the newest, down: one below", version)
    .addOption(outputOption("how to print it"))
    .option("--debug", "print stack traces")
    .allowUnknownOption()
    .addHelpText(
      "after",
      `
The store's settings say which database: as flags, variables (STORE_SQL_CONNECTION_STRING) or by -config-file.

Examples:
  protomesh migrate up -config-file=store.toml
  protomesh migrate status
  protomesh migrate down --to 0   (removes every resource with the tables)`,
    )
    .addHelpText("after", () => `\n${settingsHelp(settingsOf(store))}`)
    .action(async (direction: Direction, argv: readonly string[]) => {
      const { to, output } = command.opts<MigrateOptions>();
      const result = migrateSettings(settingsOf(store), { argv, env });
      switch (result.kind) {
        case "text":
          stdout.write(result.text);
          break;
        case "problems":
          throw new Failure(exitCode.usage, "the settings do not fit together", { details: result.problems });
        case "settings":
          stdout.write(await told(() => carryOut(direction, to, result.settings, output)));
      }
    });
}

async function carryOut(
  direction: Direction,
  to: number | undefined,
  { dsn, folder }: MigrateSettings,
  output: OutputFormat,
): Promise<string> {
  const database = { dsn, ...(folder !== undefined && { folder }) };
  switch (direction) {
    case "up":
      return migrated(await migrate({ ...database, ...(to !== undefined && { target: to }) }), output);
    case "down": {
      const target = to ?? versionBelow(await migrationStatus(database));
      return migrated(
        target === undefined ? { applied: [], reverted: [] } : await migrate({ ...database, target }),
        output,
      );
    }
    case "status": {
      const states = await migrationStatus(database);
      return output === "text" ? statusText(states) : dataText(statusData(states), output);
    }
  }
}

function migrated(result: MigrateResult, output: OutputFormat): string {
  return output === "text" ? migratedText(result) : dataText(result, output);
}

async function told(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MigrationError) {
      throw new Failure(exitCode.conflict, error.message, {
        next: "protomesh migrate status shows how the folder and the database stand to each other.",
        cause: error,
      });
    }
    if (error instanceof DsnError) {
      throw new Failure(exitCode.usage, error.message, { next: "correct store.sql.connection.string.", cause: error });
    }
    if (error instanceof DatabaseError) {
      const isAway = error.failure === "away" || error.failure === "unknown";
      throw new Failure(isAway ? exitCode.unavailable : exitCode.failed, "the database did not carry this out", {
        details: [error.message],
        next: "look at store.sql.connection.string (-print-config shows it), and at the database's log.",
        cause: error,
      });
    }
    throw error;
  }
}

function version(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("Expected a version, a whole number such as 3.");
  return Number(text);
}
