import { Option, type Command } from "commander";
import { resourceLabel } from "../output/resource-label.js";
import { dataText } from "../output/serialized.js";
import { formatDocuments, storedDocument } from "../resource-file/index.js";
import { notThere, parseReference, resourcesAt } from "../client/reference.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import type { Surroundings } from "../surroundings.js";

interface GetOptions extends StoreOptions {
  readonly output: "yaml" | "json" | "name";
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("<resource...>", "KIND/NAME, or an id")
    .addOption(
      new Option("-o, --output <format>", "how to print them").choices(["yaml", "json", "name"]).default("yaml"),
    )
    .addHelpText(
      "after",
      `
What it prints, apply reads.

Examples:
  protomesh get service/billing
  protomesh get http_ingress/public routing_policy/billing -o json`,
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<GetOptions>();
      const references = words.map(parseReference);
      const { resources, missing } = await withStore(options, surroundings, (session) =>
        resourcesAt(session, options.namespace, references),
      );
      if (missing.length > 0) throw notThere(options.namespace, missing);
      switch (options.output) {
        case "yaml":
          surroundings.stdout.write(formatDocuments(resources.map(storedDocument), "yaml"));
          break;
        case "json": {
          const [first, ...others] = resources.map(storedDocument);
          surroundings.stdout.write(dataText(others.length === 0 ? first : [first, ...others], "json"));
          break;
        }
        case "name":
          surroundings.stdout.write(resources.map((resource) => `${resourceLabel(resource)}\n`).join(""));
      }
    });
}
