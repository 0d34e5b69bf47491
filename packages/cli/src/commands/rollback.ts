import type { Command } from "commander";
import { compareApplied } from "../apply/compare-applied.js";
import { comparedData, comparedText, revisionsText } from "../apply/report.js";
import { authorOption } from "../client/author.js";
import { revisionOf } from "../client/revision.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { exitCode } from "../exit-code.js";
import { Answer } from "../failure.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import { askToGoOn } from "../rollback/ask.js";
import { rollBack } from "../rollback/roll-back.js";
import type { Surroundings } from "../surroundings.js";

interface RollbackOptions extends StoreOptions {
  readonly to: bigint;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .requiredOption("--to <revision>", "the revision whose state is to be written again", revisionOf)
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "say what would change, and write nothing")
    .addOption(authorOption())
    .addOption(outputOption("how to report"))
    .addHelpText(
      "after",
      `
Shows what would change, asks, and writes the namespace as it was at that revision: as a new revision, so that this can be
taken back in the same way. protomesh history shows the revisions.

Examples:
  protomesh rollback --to 120
  protomesh rollback -n staging --to 120 --yes`,
    )
    .action(async () => {
      const options = command.opts<RollbackOptions>();
      await withStore(options, surroundings, async (session) => {
        const { namespace, to, dryRun = false, yes = false, output } = options;
        const { stdout, stderr } = surroundings;
        const rehearsed = await rollBack(session, namespace, to, { dryRun: true });
        const compared = await compareApplied(session, [rehearsed], "rehearsed");
        const isNothing = rehearsed.results.length === 0;
        if (output === "text") stdout.write(comparedText(compared, ["created", "changed"], styledFor(stdout)));
        if (isNothing) stderr.write(`protomesh: ${namespace} is as it was at revision ${to}: nothing to do\n`);
        if (dryRun || isNothing) {
          if (output !== "text") stdout.write(dataText(comparedData(compared, { dryRun: true }), output));
          else if (dryRun) stdout.write("nothing was written (--dry-run)\n");
          return;
        }
        const question = `Write ${namespace} back to revision ${to}?`;
        if (!yes && !(await askToGoOn(question, surroundings))) throw new Answer(exitCode.no);
        const { revision } = await rollBack(session, namespace, to, { dryRun: false });
        const written = compared.map((part) => ({ ...part, revision }));
        stdout.write(
          output === "text" ? revisionsText(written) : dataText(comparedData(written, { dryRun: false }), output),
        );
      });
    });
}
