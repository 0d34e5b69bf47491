import { withDefaults } from "@protomesh/core";
import { findPlaces, type Places } from "./places.js";
import { quickStartSettings } from "./settings.js";

/** A free port of 127.0.0.1 for every part of the quick start, so that any number of them can run side by side. */
export async function findFreePlaces(): Promise<Places> {
  const listeners = Object.keys(quickStartSettings).filter(
    (key) => key.endsWith(".address") && key !== "temporal.address",
  );
  const anyPort = Object.fromEntries(listeners.map((key) => [key, "127.0.0.1:0"]));
  return findPlaces(withDefaults(quickStartSettings, { ...anyPort, "local.ingress.port": 0 }));
}
