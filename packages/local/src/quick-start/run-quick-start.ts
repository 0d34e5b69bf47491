import { once } from "node:events";
import { relative } from "node:path";
import { endReaper } from "../children/reaper.js";
import { findPeer } from "../peers/find-peer.js";
import { banner } from "./banner.js";
import { Interrupted } from "./interruption.js";
import type { Launch } from "./launch.js";
import { lockFolder } from "./lock.js";
import { findPlaces } from "./places.js";
import { Stack } from "./stack.js";
import { startQuickStart } from "./start-quick-start.js";

/** What a run is given; the rest of a launch is made here. */
export type RunOptions = Omit<Launch, "places" | "stack">;

/**
 * The quick start from its beginning to its end: everything is started, kept until somebody or something asks for the
 * end, and ended.
 * @returns why it ended, when that was not a person's wish
 */
export async function runQuickStart(options: RunOptions): Promise<unknown> {
  const { ending, folder } = options;
  const stack = new Stack();
  try {
    await stack.add(lockFolder(folder), (unlock) => unlock());
    const launch: Launch = { ...options, stack, places: await findPlaces(options.settings) };
    await begin(launch);
    await aborted(ending.signal);
  } catch (error) {
    // Only the first reason counts: the others follow from it.
    ending.abort(error);
  } finally {
    await stack.stop();
    await endReaper();
  }
  return ending.signal.reason instanceof Interrupted ? undefined : ending.signal.reason;
}

async function begin(launch: Launch): Promise<void> {
  const { places, checkout, folder, path, terminal } = launch;
  const startedAt = performance.now();
  const started = await startQuickStart(launch);
  const seconds = (performance.now() - startedAt) / 1000;
  const grpcurl = findPeer("grpcurl", { path, checkout });
  const grpcurlPath = grpcurl.found ? shortest(grpcurl.path, checkout) : undefined;
  terminal.say(
    banner({
      started,
      places,
      seconds,
      folder: shortest(folder, checkout),
      grpcurl: grpcurlPath,
    }),
  );
}

/** A path as one types it in the checkout. */
function shortest(path: string, checkout: string): string {
  return path.startsWith(checkout) ? relative(checkout, path) : path;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
