import type { Command } from "commander";
import { applyResources } from "../apply/apply-resources.js";
import { compareApplied } from "../apply/compare-applied.js";
import { readDeclared } from "../apply/read-declared.js";
import { comparedData, comparedText, revisionsText } from "../apply/report.js";
import { applySetOf, takeFileOptions, type FileOptions } from "../apply/file-options.js";
import { waitForApplied } from "../apply/wait-for-applied.js";
import { waitOption, waitTimeoutMs } from "../apply/wait-options.js";
import { authorOption } from "../client/author.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { exitCode } from "../exit-code.js";
import { Answer, Failure } from "../failure.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import { stageLine } from "../output/stage-line.js";
import { styledFor } from "../output/styled.js";
import { waitData, waitText } from "../status/wait-report.js";
import { verdictOf } from "../status/wait-until-live.js";
import type { Surroundings } from "../surroundings.js";

interface ApplyCommandOptions extends StoreOptions, FileOptions {
  readonly dryRun?: boolean;
  readonly wait?: number | true;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeFileOptions(takeStoreOptions(command, surroundings))
    .option("--dry-run", "say what would change, and write nothing")
    .addOption(waitOption())
    .addOption(authorOption())
    .addOption(outputOption("how to report"))
    .addHelpText(
      "after",
      `
A namespace's resources become one revision: all of them, or none. -n is the namespace of resources that name none.
With --set and --prune, the files are the whole of a set: what an earlier apply of that set put and these do not is dropped
in the same revision, in each namespace that the files speak of.

Examples:
  protomesh apply -f services.yaml
  protomesh apply -f services/ -f edge.toml --dry-run
  protomesh apply -f services/ --set services --prune
  protomesh apply -f services.yaml --wait 30s
  protomesh apply -f services.yaml --author "release 4.2"
  generate | protomesh apply -f -`,
    )
    .action(async () => {
      const options = command.opts<ApplyCommandOptions>();
      const applySet = applySetOf(options);
      if (options.dryRun === true && options.wait !== undefined) {
        throw new Failure(exitCode.usage, "--dry-run writes nothing that --wait could wait for");
      }
      const { stdout, stderr, interrupted } = surroundings;
      const stage = stageLine(stderr);
      stage.show("reading the files");
      const resources = await readDeclared(options.file, options.namespace, surroundings).finally(stage.end);
      const size = resources.length;
      await withStore(options, surroundings, async (session) => {
        const { dryRun = false, wait, output } = options;
        const tellUnknown = ({ message }: Failure): void => {
          stderr.write(`protomesh: applied, but what was there before is not known: ${message}\n`);
        };
        stage.show(`${dryRun ? "asking what would become of" : "writing"} ${size} resources`, size);
        const applied = await applyResources(session, resources, { dryRun, applySet }).finally(stage.end);
        const since = performance.now();
        stage.show("reading what was there before", size);
        const compared = await compareApplied(
          session,
          applied,
          dryRun ? "rehearsed" : { onUnknown: tellUnknown },
        ).finally(stage.end);
        const styled = styledFor(stdout);
        if (output === "text") {
          stdout.write(comparedText(compared, ["changed"], styled) + revisionsText(compared));
          if (dryRun) stdout.write("nothing was written (--dry-run)\n");
        }
        const givenTimeout = command.getOptionValueSource("timeout") === "cli" ? options.timeout : undefined;
        const waited =
          wait === undefined
            ? undefined
            : await waitForApplied(
                session,
                applied,
                { timeoutMs: waitTimeoutMs(wait, givenTimeout), since },
                surroundings,
              );
        if (output !== "text") {
          stdout.write(dataText(comparedData(compared, { dryRun, ...(waited && { wait: waitData(waited) }) }), output));
        } else if (waited !== undefined) stdout.write(waitText(waited, styled));
        if (waited === undefined || verdictOf(waited.progress) === "live") return;
        throw new Answer(interrupted.aborted ? exitCode.interrupted : exitCode.no);
      });
    });
}
