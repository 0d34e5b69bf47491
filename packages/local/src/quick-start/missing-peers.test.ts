import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDefaults } from "@protomesh/core";
import { expect, onTestFinished, test } from "vitest";
import { bringEnvoy } from "./envoy.js";
import { findFreePlaces } from "./free-places.js";
import type { Launch } from "./launch.js";
import { quickStartSettings, type QuickStartSettings } from "./settings.js";
import { Stack } from "./stack.js";
import { openTemporal } from "./temporal.js";

/** A launch in a checkout where no peer is, with what it says. */
async function launchWith(overrides: Partial<QuickStartSettings>): Promise<{ launch: Launch; said: string[] }> {
  const checkout = await mkdtemp(join(tmpdir(), "protomesh-checkout-"));
  onTestFinished(() => rm(checkout, { recursive: true }));
  const said: string[] = [];
  const launch: Launch = {
    settings: withDefaults(quickStartSettings, overrides),
    places: await findFreePlaces(),
    checkout,
    folder: join(checkout, ".protomesh"),
    path: "",
    terminal: {
      say: (text) => said.push(text),
      started: (what, where) => said.push(`${what} ${where}`),
      heard: () => () => {},
    },
    stack: new Stack(),
    ending: new AbortController(),
  };
  return { launch, said };
}

test("no Temporal: one line says what is missing and what brings it, and the start goes on", async () => {
  const { launch, said } = await launchWith({});
  expect(await openTemporal(launch)).toBeUndefined();
  expect(said).toEqual([
    "Temporal is missing, and everything else goes on without it: " +
      "temporal is neither on PATH nor in .cache/peers/bin (scripts/peers.sh temporal brings it)",
  ]);
});

test("a Temporal of one's own is used, and none is looked for", async () => {
  const { launch, said } = await launchWith({ "temporal.address": "temporal.example:7233" });
  expect(await openTemporal(launch)).toBe("temporal.example:7233");
  expect(said).toEqual(["Temporal yours, at temporal.example:7233"]);
});

test("no Envoy, and none to be had: the start goes on without it", async () => {
  // The checkout has no script that would bring it.
  const { launch, said } = await launchWith({});
  expect(await bringEnvoy(launch)).toBeUndefined();
  expect(said.join("\n")).toContain(
    "Envoy is missing, and everything else goes on without it: envoy is neither on PATH",
  );
});

test("a setting that names no program ends the start, naming the flag", async () => {
  const { launch } = await launchWith({
    "local.envoy.path": "/nowhere/envoy",
    "local.temporal.path": "/nowhere/temporal",
  });
  await expect(bringEnvoy(launch)).rejects.toThrow("/nowhere/envoy is no program (-local-envoy-path)");
  await expect(openTemporal(launch)).rejects.toThrow("/nowhere/temporal is no program (-local-temporal-path)");
});
