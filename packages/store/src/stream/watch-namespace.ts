import { invalidArgument } from "@protomesh/core";
import type { Head } from "../read/head.js";
import type { Feeds, NamespaceStream } from "./feeds.js";
import type { KindFilter } from "./kind-filter.js";
import { futurePlace, lostPlace } from "./places.js";
import type { EndStyle } from "./slice.js";
import { watcherOf, type Sink } from "./watcher.js";

export interface WatchRequest {
  readonly namespace: string;
  readonly filter: KindFilter;
  readonly style: EndStyle;
  /** Send the changes after this place; undefined: the state first. An empty history stands for the present one. */
  readonly resume: { readonly revision: bigint; readonly history: string } | undefined;
}

/**
 * Serves one watch until it is aborted: the state or the place to resume from first, then every change.
 * @throws DomainError where it cannot begin: a place that is not there (any more), a database that is away
 */
export async function watchNamespace(
  feeds: Feeds,
  request: WatchRequest,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, filter, style, resume } = request;
  const head = await feeds.freshHead(namespace);
  if (resume !== undefined) checkPlace(resume, head);
  if (signal.aborted) return;

  const stream = feeds.hold(namespace, head);
  signal.addEventListener("abort", () => feeds.release(namespace), { once: true });
  if (resume === undefined) await sendState(stream, head, filter, sink, signal);
  if (signal.aborted) return;

  const position = resume?.revision ?? head.revision;
  const watcher = watcherOf({ filter, style, sink, position });
  signal.addEventListener("abort", () => stream.feed.detach(watcher), { once: true });
  stream.feed.attach(watcher, head.history);
}

function checkPlace({ revision, history }: { revision: bigint; history: string }, head: Head): void {
  if (revision < 0n) {
    throw invalidArgument([{ field: "resume_revision", description: `${revision}, expected 0 or more` }]);
  }
  if ((history !== "" && history !== head.history) || revision < head.floor) throw lostPlace(revision, head);
  if (revision > head.revision) throw futurePlace(revision, head);
}

/** Sends the state at the head in pages, each when the last has been taken. */
async function sendState(
  { listing }: NamespaceStream,
  head: Head,
  filter: KindFilter,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { revision, history } = head;
  let afterId: string | undefined;
  do {
    const page = await listing.page(revision, filter, afterId, ({ head: now }) => {
      if (now.history !== history || revision < now.floor) throw lostPlace(revision, now);
    });
    if (page.message !== undefined) await taken(sink, page.message, signal);
    afterId = page.next;
  } while (afterId !== undefined && !signal.aborted);
}

/** Resolves when the transport has taken a response, or when nobody waits for it any more. */
async function taken(sink: Sink, message: Buffer, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    sink.write(message, done);
  });
}
