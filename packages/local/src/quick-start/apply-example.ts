import { join, relative } from "node:path";
import { runChild } from "../children/run-child.js";
import { examplePorts, resourceFolder } from "./example.js";
import type { Launch } from "./launch.js";
import { portOf } from "./places.js";

const command = "packages/cli/bin/protomesh.js";
const example = "examples/quickstart";

/** Applies the example by the command line, as a person would; returns the folder that was applied, from the checkout. */
export async function applyExample({ places, checkout, folder, terminal, ending }: Launch): Promise<string> {
  const changes = new Map([
    [examplePorts.ingress, portOf(places.ingress)],
    [examplePorts.gateway, portOf(places.gateway)],
  ]);
  const applied = await resourceFolder(join(checkout, example), changes, join(folder, "quickstart"));
  const path = relative(checkout, applied);
  await runChild({
    name: "protomesh apply",
    command: process.execPath,
    args: [join(checkout, command), "apply", "-f", path, "--server", places.store],
    folder: checkout,
    log: terminal.heard("apply"),
    signal: ending.signal,
  });
  return path;
}
