import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** The programs of others that Protomesh works with. */
export type Peer =
  | "envoy"
  | "temporal"
  | "grpcurl"
  | "ghz"
  | "connectconformance"
  | "h2load"
  | "python-grpc"
  | "python-temporal"
  | "zsh"
  | "fish";

export interface PeerSearch {
  /** A path that somebody set; wins, and is an error when there is no program there. */
  readonly setting?: string | undefined;
  /** The variable PATH. */
  readonly path: string;
  /** The checkout's folder, whose `.cache/peers/bin` is where `scripts/peers.sh` puts them. */
  readonly checkout: string;
}

export type FoundPeer =
  | { readonly found: true; readonly path: string }
  | { readonly found: false; readonly reason: string };

/** Looks for a peer's program: where a setting says, on PATH, in `.cache/peers/bin`. */
export function findPeer(peer: Peer, { setting, path, checkout }: PeerSearch): FoundPeer {
  if (setting !== undefined && setting !== "") {
    const chosen = resolve(setting);
    return isProgram(chosen) ? { found: true, path: chosen } : { found: false, reason: `${chosen} is no program` };
  }
  const folders = [...path.split(delimiter).filter((folder) => folder !== ""), join(checkout, ".cache/peers/bin")];
  const place = folders.map((folder) => resolve(folder, peer)).find(isProgram);
  if (place !== undefined) return { found: true, path: place };
  return {
    found: false,
    reason: `${peer} is neither on PATH nor in .cache/peers/bin (scripts/peers.sh ${peer} brings it)`,
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
