import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startProgram, type Program, type SettingValue } from "@protomesh/core";
import { program as gateway } from "@protomesh/gateway";
import { migrate, program as store } from "@protomesh/store";
import { program as worker } from "@protomesh/worker";
import { program as xds } from "@protomesh/xds";
import { expect, onTestFinished } from "vitest";
import { parse } from "yaml";
import { clientFiles, serverFiles, test } from "./issuer.js";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

test("every metric is explained, nothing else is, and alerts ask for what there is", async ({ database, issuer }) => {
  await migrate({ dsn: database.dsn });
  const server = serverFiles(issuer.issue("server"));
  const client = (channel: string) => clientFiles(channel, issuer.issue("client"), issuer.issue("ca").cert);
  const listener = (key: string) => ({ [key]: "127.0.0.1:0", ...server });
  const names = new Set([
    ...(await metricsOf(store, { ...listener("store.listener.address"), "store.sql.connection.string": database.dsn })),
    ...(await metricsOf(xds, { ...listener("envoy.xds.listener.address"), ...client("envoy.xds.resource.store") })),
    ...(await metricsOf(gateway, { ...listener("gateway.listener.address"), ...client("gateway.resource.store") })),
    ...(await metricsOf(worker, client("worker.resource.store"))),
  ]);

  const pages = readdirSync(`${checkout}docs`).map((name) => readFileSync(`${checkout}docs/${name}`, "utf8"));
  const explained = new Set(pages.flatMap((page) => page.match(/\bprotomesh_[a-z_]+/g) ?? []));
  expect([...explained].sort()).toEqual([...names].sort());

  const text = readFileSync(`${checkout}examples/prometheus/alerts.yaml`, "utf8");
  const { groups } = parse(text) as {
    readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
  };
  const asked = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr.match(/\bprotomesh_[a-z_()|]+/g) ?? []));
  expect(asked.length).toBeGreaterThan(0);
  for (const patterns of asked) {
    expect(patterns).not.toEqual([]);
    // Of histograms, rules ask for the buckets.
    for (const pattern of patterns)
      expect([...names]).toContainEqual(expect.stringMatching(`^${pattern.replace(/_bucket$/, "")}$`));
  }
});

/** The names of the metrics of ours that a program has. */
async function metricsOf(
  program: Program,
  settings: Readonly<Record<string, SettingValue>>,
): Promise<readonly string[]> {
  const running = await startProgram(program, settings);
  onTestFinished(async () => running.stop());
  const text = await (await fetch(`http://${running.addresses["admin"]}/metrics`)).text();
  return [...text.matchAll(/^# TYPE (protomesh_\w+) /gm)].map(([, name = ""]) => name);
}
