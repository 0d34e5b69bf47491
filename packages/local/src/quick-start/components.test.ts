import { expect, test } from "vitest";
import { componentsOf, flagsOf, type ComponentOptions } from "./components.js";

const options: ComponentOptions = {
  places: {
    postgres: "127.0.0.1:1",
    lambda: "127.0.0.1:2",
    store: "127.0.0.1:3",
    storeAdmin: "127.0.0.1:4",
    xds: "127.0.0.1:5",
    xdsAdmin: "127.0.0.1:6",
    gateway: "127.0.0.1:7",
    gatewayAdmin: "127.0.0.1:8",
    workerAdmin: "127.0.0.1:9",
    temporal: "127.0.0.1:10",
    temporalUi: "127.0.0.1:11",
    envoyAdmin: "127.0.0.1:12",
    ingress: "0.0.0.0:13",
  },
  dsn: "postgres://postgres:secret@127.0.0.1:1/postgres",
  migrations: "/checkout/migrations",
  logLevel: "warn",
  lambda: { kind: "ours", url: "http://127.0.0.1:2" },
  temporalAddress: "127.0.0.1:10",
  temporalNamespace: "default",
};

test("no password stands on a command line", () => {
  const components = Object.values(componentsOf(options));
  expect(components.flatMap(({ settings }) => flagsOf(settings)).join("\n")).not.toContain("secret");
  expect(components.map(({ variables }) => variables["STORE_SQL_CONNECTION_STRING"])).toContain(options.dsn);
});

test("everyone finds the store where it listens", () => {
  const { xds, gateway, worker } = componentsOf(options);
  expect(xds.settings["envoy.xds.resource.store.server.address"]).toBe("127.0.0.1:3");
  expect(gateway.settings["gateway.resource.store.server.address"]).toBe("127.0.0.1:3");
  expect(worker.settings["worker.resource.store.server.address"]).toBe("127.0.0.1:3");
});

test.each<{ lambda: ComponentOptions["lambda"]; endpoint: string | undefined; key: string | undefined }>([
  { lambda: { kind: "ours", url: "http://127.0.0.1:2" }, endpoint: "http://127.0.0.1:2", key: "example" },
  { lambda: { kind: "yours", url: "http://localhost:4566" }, endpoint: "http://localhost:4566", key: undefined },
  { lambda: { kind: "aws" }, endpoint: undefined, key: undefined },
])("$lambda.kind: the gateway calls $endpoint, with the credentials $key", ({ lambda, endpoint, key }) => {
  const { gateway } = componentsOf({ ...options, lambda });
  expect(gateway.settings["gateway.aws.lambda.endpoint"]).toBe(endpoint);
  expect(gateway.variables["AWS_ACCESS_KEY_ID"]).toBe(key);
});

test("settings as flags", () => {
  expect(flagsOf({ "log.level": "warn", "store.listener.address": "[::1]:1" })).toEqual([
    "-log-level=warn",
    "-store-listener-address=[::1]:1",
  ]);
});
