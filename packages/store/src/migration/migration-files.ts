import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MigrationError } from "./migration-error.js";

/** One step of the schema, as it lies in the folder. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
  /** SHA-256 of `up`, in hex. */
  readonly checksum: string;
}

/** The migrations that this program was made with. */
export const bundledMigrations = fileURLToPath(new URL("../../../../migrations", import.meta.url));

const fileName = /^(?<version>\d{4})_(?<name>[a-z0-9_]+)\.(?<direction>up|down)\.sql$/;
/** The schema that all migrations make together, for people. */
const golden = "schema.sql";

/**
 * Reads a folder of `0001_name.up.sql` and `0001_name.down.sql`, numbered from 1 without gaps.
 * @throws MigrationError naming what is wrong with the folder
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readFolder(folder)).filter((name) => name.endsWith(".sql") && name !== golden).sort();
  const files = names.map((name) => ({ name, parts: fileName.exec(name)?.groups }));
  const odd = files.find(({ parts }) => parts === undefined);
  if (odd) throw new MigrationError(`${join(folder, odd.name)}: expected a name such as 0001_words.up.sql`);
  const ups = files.filter(({ parts }) => parts?.["direction"] === "up");
  if (ups.length === 0)
    throw new MigrationError(`${folder} holds no migration: expected files such as 0001_words.up.sql`);
  return Promise.all(
    ups.map(async ({ name, parts }, index) => {
      const version = Number(parts?.["version"]);
      if (version !== index + 1) {
        throw new MigrationError(
          `${join(folder, name)}: expected the number ${index + 1}: numbers have no gap and stand once`,
        );
      }
      const downName = name.replace(/\.up\.sql$/, ".down.sql");
      if (!names.includes(downName)) throw new MigrationError(`${join(folder, downName)} is missing`);
      const up = await readFile(join(folder, name), "utf8");
      const down = await readFile(join(folder, downName), "utf8");
      return {
        version,
        name: parts?.["name"] ?? "",
        up,
        down,
        checksum: createHash("sha256").update(up).digest("hex"),
      };
    }),
  );
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new MigrationError(`${folder} cannot be read: expected a folder of migrations`, { cause });
  }
}
