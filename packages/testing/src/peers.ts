import { findPeer, startEnvoy as startEnvoyAt, startTemporal as startTemporalAt } from "@protomesh/local";
import type { EnvoyOptions, FoundPeer, Peer, RunningEnvoy, RunningTemporal, TemporalOptions } from "@protomesh/local";
import { fileURLToPath } from "node:url";

/** The part of a test's context that can leave it out. */
export interface Skippable {
  skip(note?: string): never;
}

const checkout = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The path of Envoy's program. Without one the test is skipped, saying why, or fails where PROTOMESH_REQUIRE_PEERS=1.
 * A path in PROTOMESH_ENVOY wins.
 */
export function envoyPath(context: Skippable): string {
  return pathOrSkip("envoy", context);
}

/** The path of Temporal's program, as `envoyPath`. A path in PROTOMESH_TEMPORAL wins. */
export function temporalPath(context: Skippable): string {
  return pathOrSkip("temporal", context);
}

/** The path of any peer's program, as `envoyPath`. A path in PROTOMESH_NAME wins. */
export function peerPath(peer: Peer, context: Skippable): string {
  return pathOrSkip(peer, context);
}

/** Starts an Envoy on a free admin port; the test stops it. `path` is found where it is left out. */
export async function startEnvoy(
  options: Omit<EnvoyOptions, "path"> & { readonly path?: string },
): Promise<RunningEnvoy> {
  return startEnvoyAt({ path: pathOf("envoy"), ...options });
}

/** Starts a Temporal server on a free port, in memory; the test stops it. `path` is found where it is left out. */
export async function startTemporal(
  options: Omit<TemporalOptions, "path"> & { readonly path?: string } = {},
): Promise<RunningTemporal> {
  return startTemporalAt({ path: pathOf("temporal"), ...options });
}

function pathOrSkip(peer: Peer, context: Skippable): string {
  const search = find(peer);
  if (search.found) return search.path;
  if (process.env["PROTOMESH_REQUIRE_PEERS"] === "1") {
    throw new Error(`PROTOMESH_REQUIRE_PEERS=1, but ${search.reason}`);
  }
  return context.skip(search.reason);
}

function pathOf(peer: Peer): string {
  const search = find(peer);
  if (!search.found) throw new Error(search.reason);
  return search.path;
}

function find(peer: Peer): FoundPeer {
  return findPeer(peer, {
    setting: process.env[`PROTOMESH_${peer.toUpperCase().replaceAll("-", "_")}`],
    path: process.env["PATH"] ?? "",
    checkout,
  });
}
