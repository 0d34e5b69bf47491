import { once } from "node:events";
import { createServer } from "node:net";
import { listen, withDefaults } from "@protomesh/core";
import { expect, onTestFinished, test } from "vitest";
import { findPlaces, portOf } from "./places.js";
import { quickStartSettings, type QuickStartSettings } from "./settings.js";

const anyPorts: Partial<QuickStartSettings> = Object.fromEntries(
  Object.keys(quickStartSettings)
    .filter((key) => /^(local|store|envoy|gateway|worker)\..*\baddress$/.test(key))
    .map((key) => [key, "127.0.0.1:0"]),
);

function settings(overrides: Partial<QuickStartSettings>): QuickStartSettings {
  return withDefaults(quickStartSettings, { ...anyPorts, "local.ingress.port": 0, ...overrides });
}

async function takenPort(): Promise<string> {
  const server = createServer();
  const address = await listen(server, "127.0.0.1:0");
  onTestFinished(async () => void (await once(server.close(), "close")));
  return address;
}

test("port 0 becomes a free port, each another one", async () => {
  const ports = Object.values(await findPlaces(settings({}))).map(portOf);
  expect(ports).not.toContain(0);
  expect(new Set(ports).size).toBe(ports.length);
});

test("every port in use is named with what changes it", async () => {
  const [store, gateway, ingress] = [await takenPort(), await takenPort(), await takenPort()];
  const start = findPlaces(
    settings({
      "store.listener.address": store,
      "gateway.listener.address": gateway,
      "local.ingress.port": portOf(ingress),
    }),
  );
  await expect(start).rejects.toThrow(
    [
      `cannot listen on ${store}: the port is in use; choose another with -store-listener-address=…`,
      `cannot listen on ${gateway}: the port is in use; choose another with -gateway-listener-address=…`,
      `cannot listen on 0.0.0.0:${portOf(ingress)}: the port is in use; choose another with -local-ingress-port=…`,
    ].join("\n"),
  );
});

test.each<Partial<QuickStartSettings>>([
  { "store.sql.connection.string": "postgres://elsewhere/db" },
  { "temporal.address": "localhost:7233" },
  { "gateway.aws.lambda.endpoint": "http://localhost:4566" },
  { "local.lambda.example": false },
])("what is somebody's own needs no port of ours: %o", async (own) => {
  const taken = await takenPort();
  const [key = ""] = Object.keys(own);
  const place = { store: "postgres", temporal: "temporal", gateway: "lambda", local: "lambda" }[
    key.split(".", 1)[0] ?? ""
  ];
  await expect(findPlaces(settings({ ...own, [`local.${place}.address`]: taken }))).resolves.toBeDefined();
  await expect(findPlaces(settings({ [`local.${place}.address`]: taken }))).rejects.toThrow("the port is in use");
});

test("what is no address is an error that says what one is", async () => {
  await expect(findPlaces(settings({ "store.listener.address": "6680" }))).rejects.toThrow("expected host:port");
});
