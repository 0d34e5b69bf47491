import type { Command } from "commander";
import { kindOption } from "../client/kind-option.js";
import { listResources } from "../client/list-resources.js";
import { notThere, parseReference, resourcesAt } from "../client/reference.js";
import { statusesNow } from "../client/statuses-now.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { exitCode } from "../exit-code.js";
import { Answer } from "../failure.js";
import { byLabel } from "../output/by-label.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { kindLabel, resourceLabel } from "../output/resource-label.js";
import { dataText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import { boardOf, type Listed } from "../status/board.js";
import { boardData, boardText } from "../status/board-report.js";
import { followBoard } from "../status/follow-board.js";
import type { Surroundings } from "../surroundings.js";

interface StatusOptions extends StoreOptions {
  readonly kind: readonly string[];
  readonly watch?: boolean;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("[resource...]", "KIND/NAME, or an id; default: all")
    .addOption(kindOption())
    .option("-w, --watch", "go on, with a line for each resource, instance and Envoy that stands otherwise than before")
    .addOption(outputOption("how to print it"))
    .addHelpText(
      "after",
      `
Each resource with what its component says of it; each xDS server, gateway and worker with its revision and how far that is
behind; each Envoy. What an instance said that has been silent for 30 s is passed over.
live: everybody who acts on it has this version · waiting: it may still become live by itself · failed: only a change mends
it · nobody: no component acts on such a resource. Ends with 1 when something is waiting or failed.

Examples:
  protomesh status
  protomesh status routing_policy/billing --watch
  protomesh status --kind gateway_policy -o json`,
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<StatusOptions>();
      const references = words.map(parseReference);
      const { stdout } = surroundings;
      await withStore(options, surroundings, async (session) => {
        const { namespace, kind: kinds, output } = options;
        const named = await resourcesAt(session, namespace, references);
        if (named.missing.length > 0) throw notThere(namespace, named.missing);
        const ids = references.length === 0 ? undefined : new Set(named.resources.map(({ id }) => id));
        if (options.watch === true) {
          await followBoard(session, { namespace, kinds, ids, output }, surroundings);
          return;
        }
        const statuses = await statusesNow(session, options);
        const { resources, revision } = await listResources(session, { namespace, kinds });
        const listed = resources.filter(({ id }) => ids?.has(id) ?? true).toSorted(byLabel);
        const board = boardOf(
          listed.map((resource): Listed => ({
            id: resource.id,
            kind: kindLabel(resource),
            label: resourceLabel(resource),
            index: resource.version?.index ?? 0n,
          })),
          statuses,
          { revision, nowMs: Date.now() },
        );
        stdout.write(output === "text" ? boardText(board, styledFor(stdout)) : dataText(boardData(board), output));
        if (board.rows.some(({ standing }) => standing.is === "waiting" || standing.is === "failed")) {
          throw new Answer(exitCode.no);
        }
      });
    });
}
