import { Metadata } from "@grpc/grpc-js";
import { Option, type Command } from "commander";
import { validateNamespace, watchResources, type ConnectionState, type WatchBatch } from "@protomesh/core";
import { fromEvent, lastValueFrom, merge, scan, takeUntil, tap, type Observable } from "rxjs";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { styledFor } from "../output/styled.js";
import { kindOption } from "../client/kind-option.js";
import { isFinalRefusal } from "../client/final-refusal.js";
import { revisionOf } from "../client/revision.js";
import { takeStoreOptions, type StoreOptions } from "../client/store-options.js";
import { withStore } from "../client/store-session.js";
import type { Surroundings } from "../surroundings.js";
import { changeJson, changeLine } from "../watch/change-line.js";
import { nothingShown, progressOf } from "../watch/changes.js";
import { connectionNews } from "../watch/connection-news.js";

interface WatchCommandOptions extends StoreOptions {
  readonly kind: readonly string[];
  readonly from?: bigint;
  readonly output: "text" | "json";
}

export function define(command: Command, surroundings: Surroundings): void {
  takeStoreOptions(command, surroundings)
    .addOption(kindOption())
    .option("--from <revision>", "only the changes after this revision, and not the present state first", revisionOf)
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
  protomesh watch -o json | jq .name`,
    )
    .action(async () => {
      const options = command.opts<WatchCommandOptions>();
      requireNamespace(options.namespace);
      await withStore(options, surroundings, async ({ client, failure }) => {
        const refusal = new AbortController();
        const batches = watchResources(client, options.namespace, {
          kinds: options.kind,
          ...(options.from !== undefined && { from: { history: "", revision: options.from } }),
          onConnection: newsTeller(options, surroundings, ({ code, reason }) => {
            if (code === undefined || !isFinalRefusal(code)) return;
            refusal.abort(
              failure(Object.assign(new Error(reason), { code, details: reason, metadata: new Metadata() })),
            );
          }),
        });
        await printUntilInterrupted(batches, options, surroundings, refusal.signal);
        refusal.signal.throwIfAborted();
      });
    });
}

async function printUntilInterrupted(
  batches: Observable<WatchBatch>,
  { output, from }: WatchCommandOptions,
  { stdout, stderr, interrupted }: Surroundings,
  refused: AbortSignal,
): Promise<void> {
  if (interrupted.aborted) return;
  const styled = styledFor(stdout);
  const printed = batches.pipe(
    tap(({ reset, revision: now }) => {
      if (!reset || from === undefined) return;
      stderr.write(`protomesh: what came after revision ${from} is not kept any more; here is the state at ${now}\n`);
    }),
    scan(progressOf, nothingShown),
    tap(({ changes }) => {
      for (const change of changes) stdout.write(output === "json" ? changeJson(change) : changeLine(change, styled));
    }),
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
