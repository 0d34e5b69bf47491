import { Metadata } from "@grpc/grpc-js";
import { Option, type Command } from "commander";
import {
  declaredResourceOf,
  validateNamespace,
  watchResources,
  type ConnectionState,
  type WatchBatch,
} from "@protomesh/core";
import { fromEvent, lastValueFrom, map, merge, scan, takeUntil, tap, type Observable } from "rxjs";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { styledFor } from "../output/styled.js";
import { kindOption } from "../client/kind-option.js";
import { isFinalRefusal } from "../client/final-refusal.js";
import { revisionOf } from "../client/revision.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore, type StoreSession } from "../client/store-session.js";
import { listResources } from "../client/list-resources.js";
import { parseReference, pointsAt } from "../client/reference.js";
import { declaredKind } from "../output/declared-document.js";
import { boardNews } from "../status/follow-board.js";
import type { Surroundings } from "../surroundings.js";
import { changedFieldLines, changeJson, changeLine } from "../watch/change-line.js";
import { nothingShown, progressOf, type Progress, type Shown } from "../watch/changes.js";
import { connectionNews } from "../watch/connection-news.js";

interface WatchCommandOptions extends StoreOptions {
  readonly kind: readonly string[];
  readonly from?: bigint;
  readonly diff?: boolean;
  readonly status?: boolean;
  readonly output: "text" | "json";
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .argument("[resource...]", "KIND/NAME, or an id, also of what is not there yet; default: all")
    .addOption(kindOption())
    .option("--from <revision>", "only the changes after this revision, and not the present state first", revisionOf)
    .option("--diff", "with the fields that each change made different")
    .option("--status", "also what components say of each resource, when that changes")
    .addOption(
      new Option("-o, --output <format>", "a line of text or of JSON per change")
        .choices(["text", "json"])
        .default("text"),
    )
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
      requireNamespace(options.namespace);
      const references = words.map(parseReference);
      const isWanted = (named: { readonly id: string; readonly label: string }): boolean =>
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

type IsWanted = (named: { readonly id: string; readonly label: string }) => boolean;

/** What stood there at the revision that the watch goes on from, to tell what changes of it. */
async function shownBefore(
  session: StoreSession,
  { namespace, kind: kinds, from, diff }: WatchCommandOptions,
): Promise<Shown> {
  if (from === undefined || diff !== true) return nothingShown.shown;
  try {
    const { resources } = await listResources(session, { namespace, kinds, revision: from });
    return new Map(resources.map((resource) => [resource.id, declaredResourceOf(resource)]));
  } catch (error) {
    // The watch itself tells what came of it.
    if (error instanceof Failure) return nothingShown.shown;
    throw error;
  }
}

function changeLines(
  batches: Observable<WatchBatch>,
  begin: Progress,
  { output, from, diff = false }: WatchCommandOptions,
  isWanted: IsWanted,
  { stdout, stderr }: Surroundings,
): Observable<string> {
  const styled = styledFor(stdout);
  return batches.pipe(
    tap(({ reset, revision: now }) => {
      if (!reset || from === undefined) return;
      stderr.write(`protomesh: what came after revision ${from} is not kept any more; here is the state at ${now}\n`);
    }),
    scan(progressOf, begin),
    map(({ changes }) =>
      changes
        .filter(({ resource }) => isWanted({ id: resource.id, label: `${declaredKind(resource)}/${resource.name}` }))
        .map((change) => {
          if (output === "json") return changeJson(change, { withFields: diff });
          return changeLine(change, styled) + (diff ? changedFieldLines(change, styled) : "");
        })
        .join(""),
    ),
  );
}

function statusLines(
  session: StoreSession,
  { namespace, kind: kinds, output }: WatchCommandOptions,
  isWanted: IsWanted,
  { stdout }: Surroundings,
): Observable<string> {
  return boardNews(session, { namespace, kinds, isWanted }, styledFor(stdout)).pipe(
    map((entries) =>
      entries
        .filter(({ isResource, isGone }) => isResource && !isGone)
        .map(({ text, json }) => (output === "json" ? json : `        status   ${text}`))
        .join(""),
    ),
  );
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

function requireNamespace(namespace: string): void {
  const [wrong] = validateNamespace(namespace, "--namespace");
  if (wrong !== undefined) throw new Failure(exitCode.usage, `${wrong.field} ${wrong.description}`);
}
