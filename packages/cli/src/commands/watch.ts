import { Metadata } from "@grpc/grpc-js";
import type { Command } from "commander";
import { watchResources, type ConnectionState } from "@protomesh/core";
import { fromEvent, lastValueFrom, merge, takeUntil, tap, type Observable } from "rxjs";
import { kindOption } from "../client/kind-option.js";
import { isFinalRefusal } from "../client/final-refusal.js";
import { revisionOf } from "../client/revision.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import { parseReference, pointsAt } from "../client/reference.js";
import { outputOption } from "../output/output-option.js";
import type { Surroundings } from "../surroundings.js";
import { nothingShown } from "../watch/changes.js";
import { connectionNews } from "../watch/connection-news.js";
import { changeLines, shownBefore, statusLines, type IsWanted, type WatchLineOptions } from "../watch/watch-lines.js";

interface WatchCommandOptions extends StoreOptions, WatchLineOptions {
  readonly status?: boolean;
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("[resource...]", "KIND/NAME, or an id, also of what is not there yet; default: all")
    .addOption(kindOption())
    .option("--from <revision>", "only the changes after this revision, and not the present state first", revisionOf)
    .option("--diff", "with the fields that each change made different")
    .option("--status", "also what components say of each resource, when that changes")
    .addOption(outputOption("a line of text or of JSON per change, or a YAML document"))
    .addHelpText(
      "after",
      `
A lost connection is made again, and nothing is missed meanwhile. Ctrl-C ends the watch.

Examples:
  protomesh watch
  protomesh watch --kind service --from 120
  protomesh watch service/billing --diff --status
  protomesh watch -o json | jq .name`,
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<WatchCommandOptions>();
      const references = words.map(parseReference);
      const isWanted: IsWanted = (named) =>
        references.length === 0 || references.some((reference) => pointsAt(reference, named));
      await withStore(options, surroundings, async (session) => {
        const refusal = new AbortController();
        const batches = watchResources(session.client, options.namespace, {
          kinds: options.kind,
          ...(options.from !== undefined && { from: { history: "", revision: options.from } }),
          onConnection: newsTeller(options, surroundings, ({ code, reason }) => {
            if (code === undefined || !isFinalRefusal(code)) return;
            refusal.abort(
              session.failure(Object.assign(new Error(reason), { code, details: reason, metadata: new Metadata() })),
            );
          }),
        });
        const begin = { ...nothingShown, shown: await shownBefore(session, options) };
        const lines = [
          changeLines(batches, begin, options, isWanted, surroundings),
          ...(options.status === true ? [statusLines(session, options, isWanted, surroundings)] : []),
        ];
        await printUntilInterrupted(merge(...lines), surroundings, refusal.signal);
        refusal.signal.throwIfAborted();
      });
    });
}

async function printUntilInterrupted(
  lines: Observable<string>,
  { stdout, interrupted }: Surroundings,
  refused: AbortSignal,
): Promise<void> {
  if (interrupted.aborted) return;
  const printed = lines.pipe(
    tap((text) => stdout.write(text)),
    takeUntil(merge(fromEvent(interrupted, "abort"), fromEvent(refused, "abort"))),
  );
  await lastValueFrom(printed, { defaultValue: undefined });
}

function newsTeller(
  { server }: WatchCommandOptions,
  { stderr }: Surroundings,
  onInterruption: (interruption: Extract<ConnectionState, { readonly state: "interrupted" }>) => void,
): (state: ConnectionState) => void {
  let interrupted = false;
  return (state) => {
    if (state.state === "interrupted") {
      onInterruption(state);
      if (isFinalRefusal(state.code)) return;
    }
    const news = connectionNews(server, interrupted, state);
    if (news !== undefined) stderr.write(`protomesh: ${news}\n`);
    if (state.state !== "connecting") interrupted = state.state === "interrupted";
  };
}
