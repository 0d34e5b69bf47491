import { join } from "node:path";
import { rm } from "node:fs/promises";
import { startChild } from "../children/child.js";
import { findPeer } from "../peers/find-peer.js";
import { startTemporal } from "../peers/temporal.js";
import { flagsOf } from "./components.js";
import { keep, type Launch } from "./launch.js";
import { portOf } from "./places.js";

/**
 * The address of Temporal: the one that a setting names, or that of a development server, started here.
 * @returns undefined when there is no program of it, which has been said
 * @throws Error when a setting names no program
 */
export async function openTemporal(launch: Launch): Promise<string | undefined> {
  const { settings, places, checkout, folder, path, terminal, ending } = launch;
  const external = settings["temporal.address"];
  if (external !== undefined && external !== "") {
    terminal.started("Temporal", `yours, at ${external}`);
    return external;
  }
  const setting = settings["local.temporal.path"];
  const search = findPeer("temporal", { setting, path, checkout });
  if (!search.found) {
    if (setting !== undefined && setting !== "") throw new Error(`${search.reason} (-local-temporal-path)`);
    terminal.say(`Temporal is missing, and everything else goes on without it: ${search.reason}`);
    return undefined;
  }
  const databaseFile = join(folder, "temporal.db");
  if (settings.fresh) await removeDatabase(databaseFile);
  const start = startTemporal({
    path: search.path,
    port: portOf(places.temporal),
    uiPort: portOf(places.temporalUi),
    databaseFile,
    namespaces: settings["temporal.namespace"] === "default" ? [] : [settings["temporal.namespace"]],
    signal: ending.signal,
  });
  const temporal = await keep(launch, "Temporal", start);
  terminal.started("Temporal", `${temporal.address}, web interface http://localhost:${portOf(places.temporalUi)}`);
  return temporal.address;
}

/** The file and what SQLite keeps beside it. */
async function removeDatabase(file: string): Promise<void> {
  await Promise.all(["", "-wal", "-shm", "-journal"].map((suffix) => rm(`${file}${suffix}`, { force: true })));
}

/** Starts the worker of the example workflow. */
export async function runGreetings(launch: Launch, temporalAddress: string): Promise<void> {
  const { settings, checkout, folder, terminal, ending } = launch;
  const flags = flagsOf({
    "temporal.address": temporalAddress,
    "temporal.namespace": settings["temporal.namespace"],
    "local.folder": folder,
    "log.level": settings["log.level"],
    "log.json": "false",
  });
  const start = startChild({
    name: "greeting",
    command: process.execPath,
    args: [join(checkout, "packages/local/bin/greeting-worker.js"), ...flags],
    log: terminal.heard("greeting"),
    signal: ending.signal,
  });
  await keep(launch, "the example workflow's worker", start);
}
