import type { Command } from "commander";
import { applyResources } from "../apply/apply-resources.js";
import { compareApplied } from "../apply/compare-applied.js";
import { readDeclared } from "../apply/read-declared.js";
import { comparedData, comparedText } from "../apply/report.js";
import { applySetOf, takeFileOptions, type FileOptions } from "../apply/file-options.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { exitCode } from "../exit-code.js";
import { Answer } from "../failure.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import { stageLine } from "../output/stage-line.js";
import { styledFor } from "../output/styled.js";
import type { Surroundings } from "../surroundings.js";

interface DiffOptions extends StoreOptions, FileOptions {
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeFileOptions(takeStoreOptions(command, surroundings))
    .addOption(outputOption("how to print it"))
    .addHelpText(
      "after",
      `
Prints what apply would change, with every field, and writes nothing. Ends with 0 when that is nothing, else with 1.

Examples:
  protomesh diff -f services/
  protomesh diff -f services/ --set services --prune
  protomesh export -n staging | protomesh diff -n production -f -`,
    )
    .action(async () => {
      const options = command.opts<DiffOptions>();
      const applySet = applySetOf(options);
      const { stdout, stderr } = surroundings;
      const stage = stageLine(stderr);
      stage.show("reading the files");
      const resources = await readDeclared(options.file, options.namespace, surroundings).finally(stage.end);
      const compared = await withStore(options, surroundings, async (session) => {
        stage.show(`asking what would become of ${resources.length} resources`, resources.length);
        const asked = await applyResources(session, resources, { dryRun: true, applySet });
        const different = asked.map((part) => ({
          ...part,
          results: part.results.filter(({ outcome }) => outcome !== "unchanged"),
        }));
        return compareApplied(session, different, "rehearsed");
      }).finally(stage.end);
      stdout.write(
        options.output === "text"
          ? comparedText(compared, ["created", "changed", "dropped"], styledFor(stdout))
          : dataText(comparedData(compared), options.output),
      );
      if (compared.some(({ results }) => results.length > 0)) throw new Answer(exitCode.no);
    });
}
