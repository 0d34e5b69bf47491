import { Option, type Command } from "commander";
import { kindOption } from "../client/kind-option.js";
import { listResources } from "../client/list-resources.js";
import { revisionOf } from "../client/revision.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { writeFolder } from "../export/write-folder.js";
import { byLabel } from "../output/by-label.js";
import { formatDocuments, portableDocument } from "../resource-file/index.js";
import type { Surroundings } from "../surroundings.js";

interface ExportOptions extends StoreOptions {
  readonly kind: readonly string[];
  readonly at?: bigint;
  readonly folder?: string;
  readonly output: "yaml" | "json";
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .addOption(kindOption())
    .option("--at <revision>", "as it was at this revision", revisionOf)
    .option("-d, --folder <path>", "write a file for each kind into this folder, and not to standard output")
    .addOption(new Option("-o, --output <format>", "how to write them").choices(["yaml", "json"]).default("yaml"))
    .addHelpText(
      "after",
      `
Writes a namespace's resources as files that apply reads, there or in another namespace: namespaces are left out, and so
are ids that kind and name make by themselves. Other ids are kept.

Examples:
  protomesh export > backup.yaml
  protomesh export -n staging --folder staging/
  protomesh export -n staging | protomesh apply -n production -f -`,
    )
    .action(async () => {
      const { namespace, kind: kinds, at, folder, output, ...options } = command.opts<ExportOptions>();
      const { stdout, stderr } = surroundings;
      const { resources, revision } = await withStore({ ...options, namespace }, surroundings, (session) =>
        listResources(session, { namespace, kinds, revision: at }),
      );
      const sorted = resources.toSorted(byLabel);
      if (folder === undefined) stdout.write(formatDocuments(sorted.map(portableDocument), output));
      else {
        for (const file of writeFolder(folder, sorted, output)) stdout.write(`${file}\n`);
      }
      stderr.write(`protomesh: ${sorted.length} resources of ${namespace} at revision ${revision}\n`);
    });
}
