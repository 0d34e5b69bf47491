import { InvalidArgumentError, Option, type Command } from "commander";
import type { Resource } from "@protomesh/core/api";
import { listResources } from "../client/list-resources.js";
import { parseReference, resourcesAt, type Reference } from "../client/reference.js";
import { readHistory, type HistoryEntry } from "../client/read-history.js";
import { revisionOf } from "../client/revision.js";
import { isNotKept } from "../client/store-failure.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore, type StoreSession } from "../client/store-session.js";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { historyData, historyText } from "../history/history-report.js";
import { versionChanges } from "../history/version-change.js";
import { outputOption, type OutputFormat } from "../output/output-option.js";
import { dataText } from "../output/serialized.js";
import { styledFor } from "../output/styled.js";
import type { Surroundings } from "../surroundings.js";

interface HistoryOptions extends StoreOptions {
  readonly limit: number;
  readonly after?: bigint;
  readonly diff?: boolean;
  readonly output: OutputFormat;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("[resource]", "KIND/NAME, or an id, also of a dropped one; default: the whole namespace")
    .addOption(new Option("-l, --limit <count>", "at most so many versions, the newest").argParser(countOf).default(20))
    .option("--after <revision>", "only versions after this revision", revisionOf)
    .option("--diff", "with the fields that each version changed")
    .addOption(outputOption("how to print it"))
    .addHelpText(
      "after",
      `
The newest version comes first. A dropped resource is named by its id. AUTHOR is the name of the client's certificate where
the store checks certificates, else who the writer said it was (--author of apply, drop and rollback); -: nobody said.

Examples:
  protomesh history
  protomesh history service/billing --diff
  protomesh history --after 120 --limit 1000 -o json`,
    )
    .action(async (word: string | undefined) => {
      const options = command.opts<HistoryOptions>();
      const { stdout, stderr } = surroundings;
      const reference = word === undefined ? undefined : parseReference(word);
      await withStore(options, surroundings, async (session) => {
        const { namespace, limit, after = 0n, diff = false, output } = options;
        const entries = await readHistory(session, {
          namespace,
          resourceId: reference === undefined ? "" : await idOf(session, namespace, reference),
          afterRevision: after,
          upToRevision: 0n,
          newest: limit,
        });
        const before = await stateBefore(session, namespace, entries);
        const changes = versionChanges(entries, before).toReversed();
        stdout.write(
          output === "text"
            ? historyText(changes, { withFields: diff }, styledFor(stdout))
            : dataText(historyData(changes), output),
        );
        if (changes.length === 0) stderr.write(`protomesh: no version of it is kept in namespace ${namespace}\n`);
        else if (changes.length === limit) stderr.write("protomesh: older ones may follow; --limit shows more\n");
      });
    });
}

async function idOf(session: StoreSession, namespace: string, reference: Reference): Promise<string> {
  if (reference.by === "id") return reference.id;
  const { resources } = await resourcesAt(session, namespace, [reference]);
  const [resource] = resources;
  if (resource !== undefined) return resource.id;
  throw new Failure(exitCode.no, `not in namespace ${namespace}: ${reference.kind}/${reference.name}`, {
    next: "where it was dropped, name it by its id: protomesh history -o json shows the ids.",
  });
}

/** The resources that versions speak of, as they were before the first; undefined where that is not kept any more. */
async function stateBefore(
  session: StoreSession,
  namespace: string,
  entries: readonly HistoryEntry[],
): Promise<ReadonlyMap<string, Resource> | undefined> {
  const revision = (entries[0]?.revision ?? 1n) - 1n;
  if (revision === 0n) return new Map();
  const ids = [...new Set(entries.flatMap(({ resource }) => resource?.id ?? []))];
  try {
    const { resources } = await listResources(session, { namespace, ids, revision });
    return new Map(resources.map((resource) => [resource.id, resource]));
  } catch (error) {
    if (isNotKept(error)) return undefined;
    throw error;
  }
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1, such as 50.");
}
