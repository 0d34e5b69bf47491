import type { RunningEnvoy } from "@protomesh/testing";
import { TestRunner } from "vitest";

/** An Envoy of a test, with what it has said. */
export interface Subject {
  readonly envoy: RunningEnvoy;
  readonly bootstrap: string;
  readonly lines: readonly string[];
}

/** Enough to see why, and not so much that nobody reads it. */
const mostCharacters = 20_000;

/** How many are there of what goes wrong at listeners, and of what was rejected. */
const telling = /^(listener_manager\.|server\.(live|state)|.*update_(failure|rejected|attempt)|http\..*\.(rds|srds))/;

/** Writes to standard error, if the test has failed, how things stand at its Envoys and at the xDS server. */
export async function tellAfterFailure(envoys: readonly Subject[], status: () => Promise<string>): Promise<void> {
  const test = TestRunner.getCurrentTest();
  if (test?.result?.state !== "fail") return;
  const parts = await Promise.all([...envoys.map(describe), status().catch(String)]);
  process.stderr.write(`After the failure of "${test.fullTestName}":\n${parts.map(cut).join("\n")}\n`);
}

async function describe({ envoy, bootstrap, lines }: Subject): Promise<string> {
  const exit = await Promise.race([envoy.exited, Promise.resolve("runs")]);
  const ask = async (path: string) =>
    fetch(`http://${envoy.adminAddress}${path}`, { signal: AbortSignal.timeout(5_000) })
      .then(async (response) => response.text())
      .catch(String);
  const stats = (await ask("/stats?usedonly")).split("\n").filter((line) => telling.test(line));
  return [
    `Envoy by ${bootstrap}, process ${envoy.pid}: ${JSON.stringify(exit)}`,
    await ask("/listeners"),
    ...stats,
    await ask("/config_dump?resource=dynamic_listeners"),
    ...lines.slice(-100),
  ].join("\n");
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)} …`;
}
