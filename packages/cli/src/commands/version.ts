import type { Command } from "commander";
import { ResourceStoreService } from "@protomesh/core/api";
import { isUnimplemented } from "../client/store-failure.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import type { Surroundings } from "../surroundings.js";
import { versionText, versions } from "../version-text.js";

interface VersionOptions extends StoreOptions {
  readonly client?: boolean;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .option("--client", "this program's alone; the store is not asked")
    .addOption(outputOption("how to print it"))
    .addHelpText(
      "after",
      `
Examples:
  protomesh version
  protomesh version --client -o json`,
    )
    .action(async () => {
      const options = command.opts<VersionOptions>();
      const { stdout } = surroundings;
      const { output } = options;
      // Told before the store is asked, which may be away.
      if (output === "text") stdout.write(`${versionText()}\n`);
      const store = options.client === true ? undefined : await storeVersion(options, surroundings);
      if (output !== "text") {
        stdout.write(dataText({ client: versions(), ...(store !== undefined && { store }) }, output));
      } else if (store !== undefined) {
        stdout.write(`store at ${store.server}: ${store.version ?? "an older one, which does not tell its version"}\n`);
      }
    });
}

interface StoreVersion {
  readonly server: string;
  /** Undefined where the store is too old to tell. */
  readonly version: string | undefined;
}

async function storeVersion(options: VersionOptions, surroundings: Surroundings): Promise<StoreVersion> {
  const { server } = options;
  return withStore(options, surroundings, async ({ call }) => {
    try {
      const { version } = await call(ResourceStoreService.getVersion, {});
      return { server, version };
    } catch (error) {
      if (isUnimplemented(error)) return { server, version: undefined };
      throw error;
    }
  });
}
