import type { Command } from "commander";
import { readDeclared } from "../apply/read-declared.js";
import { authorOption } from "../client/author.js";
import { parseReference, type Reference } from "../client/reference.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { dropResources, type Doomed } from "../drop/drop-resources.js";
import { droppedData, droppedText } from "../drop/report.js";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import type { Surroundings } from "../surroundings.js";

interface DropOptions extends StoreOptions {
  readonly file?: readonly string[];
  readonly ignoreAbsent?: boolean;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("[resource...]", "KIND/NAME, or an id")
    .option("-f, --file <path...>", "files, folders of them, or - for standard input: what they declare is dropped")
    .option("--ignore-absent", "pass over what is not there")
    .addOption(authorOption())
    .addOption(outputOption("how to report"))
    .addHelpText(
      "after",
      `
Drops all that is named, or nothing: a namespace's resources go as one revision.

Examples:
  protomesh drop service/billing instance_set/billing
  protomesh drop -n staging 0b5c8c5e-2a0e-4c1e-9c43-0b6f6a8d1f11
  protomesh drop -f services/ --ignore-absent`,
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<DropOptions>();
      const doomed = await doomedBy(words, options, surroundings);
      if (doomed.length === 0) {
        throw new Failure(exitCode.usage, "nothing is named that could be dropped", {
          next: "name resources (KIND/NAME or an id), or files that declare them (-f).",
        });
      }
      const dropped = await withStore(options, surroundings, (session) => dropResources(session, doomed, options));
      const { stdout } = surroundings;
      stdout.write(
        options.output === "text"
          ? droppedText(dropped, styledFor(stdout))
          : dataText(droppedData(dropped), options.output),
      );
    });
}

async function doomedBy(
  words: readonly string[],
  { namespace, file = [] }: DropOptions,
  surroundings: Surroundings,
): Promise<readonly Doomed[]> {
  const byNamespace = new Map<string, Reference[]>();
  const add = (at: string, reference: Reference): void => {
    byNamespace.set(at, [...(byNamespace.get(at) ?? []), reference]);
  };
  for (const word of words) add(namespace, parseReference(word));
  if (file.length > 0) {
    const declared = await readDeclared(file, namespace, surroundings);
    for (const resource of declared) add(resource.namespace, { by: "id", id: resource.id });
  }
  return [...byNamespace].map(([at, references]) => ({ namespace: at, references }));
}
