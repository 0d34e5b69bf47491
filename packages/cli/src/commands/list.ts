import { Option, type Command } from "commander";
import { byLabel } from "../output/by-label.js";
import type { OutputFormat } from "../output/output-option.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import { tableText } from "../output/table.js";
import { timestampText } from "../output/timestamp-text.js";
import { kindOption } from "../client/kind-option.js";
import { listResources, type Listed } from "../client/list-resources.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { revisionOf } from "../client/revision.js";
import { formatDocuments, storedDocument } from "../resource-file/index.js";
import type { Surroundings } from "../surroundings.js";

interface ListCommandOptions extends StoreOptions {
  readonly kind: readonly string[];
  readonly at?: bigint;
  readonly output: OutputFormat | "name";
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .addOption(kindOption())
    .option("--at <revision>", "as it was at this revision", revisionOf)
    .addOption(
      new Option("-o, --output <format>", "how to print them")
        .choices(["text", "json", "yaml", "name"])
        .default("text"),
    )
    .addHelpText(
      "after",
      `
Examples:
  protomesh list
  protomesh list --kind service --kind instance_set -o name
  protomesh list --at 120
  protomesh list -n staging -o yaml > staging.yaml`,
    )
    .action(async () => {
      const options = command.opts<ListCommandOptions>();
      const listed = await withStore(options, surroundings, (session) =>
        listResources(session, { namespace: options.namespace, kinds: options.kind, revision: options.at }),
      );
      surroundings.stdout.write(listText(listed, options.output));
      if (listed.resources.length === 0 && options.output === "text") {
        surroundings.stderr.write(`protomesh: nothing in namespace ${options.namespace}\n`);
      }
    });
}

function listText({ resources }: Listed, output: ListCommandOptions["output"]): string {
  const sorted = resources.toSorted(byLabel);
  switch (output) {
    case "json":
    case "yaml":
      return formatDocuments(sorted.map(storedDocument), output);
    case "name":
      return sorted.map((resource) => `${resourceLabel(resource)}\n`).join("");
    case "text":
      if (sorted.length === 0) return "";
      return tableText([
        ["KIND", "NAME", "ID", "REVISION", "WRITTEN"],
        ...sorted.map((resource) => [
          kindLabel(resource),
          resource.name,
          resource.id,
          String(resource.version?.index ?? ""),
          timestampText(resource.version?.timestamp),
        ]),
      ]);
  }
}
