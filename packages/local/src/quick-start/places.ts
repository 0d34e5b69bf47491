import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { flagOf, formatAddress, listen, ListenError, parseAddress } from "@protomesh/core";
import { freePort } from "../free-port.js";
import type { QuickStartSettings } from "./settings.js";

/** The setting that says where each part of the quick start listens. */
const parts = [
  { name: "postgres", key: "local.postgres.address" },
  { name: "lambda", key: "local.lambda.address" },
  { name: "store", key: "store.listener.address" },
  { name: "storeAdmin", key: "store.admin.listener.address" },
  { name: "xds", key: "envoy.xds.listener.address" },
  { name: "xdsAdmin", key: "envoy.xds.admin.listener.address" },
  { name: "gateway", key: "gateway.listener.address" },
  { name: "gatewayAdmin", key: "gateway.admin.listener.address" },
  { name: "workerAdmin", key: "worker.admin.listener.address" },
  { name: "temporal", key: "local.temporal.address" },
  { name: "temporalUi", key: "local.temporal.ui.address" },
  { name: "envoyAdmin", key: "local.envoy.admin.address" },
  { name: "ingress", key: "local.ingress.port" },
] as const;

type PlaceName = (typeof parts)[number]["name"];

/** Whether a part is not started here, as a setting names another one. */
const elsewhere: Partial<Record<PlaceName, (settings: QuickStartSettings) => boolean>> = {
  postgres: (settings) => Boolean(settings["store.sql.connection.string"]),
  lambda: (settings) => Boolean(settings["gateway.aws.lambda.endpoint"]) || !settings["local.lambda.example"],
  temporal: (settings) => Boolean(settings["temporal.address"]),
  temporalUi: (settings) => Boolean(settings["temporal.address"]),
};

/** Where each part listens, as host:port. */
export type Places = Readonly<Record<PlaceName, string>>;

/** Ports that somebody else has, each with what changes it. */
class PortsInUse extends Error {
  override readonly name = "PortsInUse";
}

/**
 * Where everything will listen: free ports chosen for those that are 0, the others found to be free.
 * @throws PortsInUse naming every port that is not, with its setting; RangeError for what is no address
 */
export async function findPlaces(settings: QuickStartSettings): Promise<Places> {
  const servers: Server[] = [];
  const places = new Map<PlaceName, string>();
  const problems: string[] = [];
  try {
    for (const { name, key } of parts) {
      // Envoy listens for the example's ingress on every interface.
      const address = key === "local.ingress.port" ? `0.0.0.0:${settings[key]}` : settings[key];
      places.set(name, address);
      if (elsewhere[name]?.(settings) === true) continue;
      const server = createServer();
      try {
        places.set(name, await listen(server, await withPort(address)));
        servers.push(server);
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        problems.push(`${error.message}; choose another with ${flagOf(key)}=…`);
      }
    }
  } finally {
    // All stay open until the last is found, so that no two get the same.
    await Promise.all(servers.map((server) => once(server.close(), "close")));
  }
  if (problems.length > 0) throw new PortsInUse(problems.join("\n"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every part has been given its place
  return Object.fromEntries(places) as Places;
}

/** The address itself, or for port 0 with one that stays free until the program that is told of it listens. */
async function withPort(address: string): Promise<string> {
  const { host, port } = parseAddress(address);
  return port === 0 ? formatAddress(host, await freePort()) : address;
}

/** The port of a place. */
export function portOf(place: string): number {
  return Number(place.slice(place.lastIndexOf(":") + 1));
}
