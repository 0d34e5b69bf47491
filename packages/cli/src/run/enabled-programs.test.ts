import { declareSettings, setting, type Program } from "@protomesh/core";
import { expect, test } from "vitest";
import { enabledPrograms, type Loaded } from "./enabled-programs.js";

function component(name: string, port: number, settings: Program["settings"] = {}): Loaded {
  const ownKey = `${name}.listener.address`;
  return {
    enableKey: `enable.${name}`,
    help: `run the ${name}`,
    load: () => Promise.reject(new Error("it is loaded already")),
    listener: { ownKey, defaultAddress: `0.0.0.0:${port}` },
    program: {
      name,
      settings: declareSettings({
        [ownKey]: setting.text({ help: "" }),
        "http.server.tls.listener.address": setting.text({ help: "" }),
        ...settings,
      }),
      admin: { key: `${name}.admin.listener.address`, defaultAddress: `127.0.0.1:${port + 1}` },
      start: () => Promise.resolve(),
    },
  };
}

const components = [
  component("store", 6680, { "store.dsn": setting.text({ help: "", required: true }) }),
  component("gateway", 5770),
];

function outcome(...argv: string[]): unknown {
  const chosen = enabledPrograms(components, { argv, env: {} });
  return chosen.kind === "programs" ? chosen.programs.map(({ name }) => name) : chosen;
}

test("the enabled components are chosen, in their order", () => {
  expect(outcome("-enable-gateway")).toEqual(["gateway"]);
  expect(outcome("-enable-gateway", "-enable-store", "-store-dsn=x")).toEqual(["store", "gateway"]);
});

test("a chosen program takes the settings of the components that are not, and requires none of them", () => {
  const chosen = enabledPrograms(components, { argv: ["-enable-gateway"], env: {} });
  const [gateway] = chosen.kind === "programs" ? chosen.programs : [];
  expect(gateway?.settings["store.dsn"]).toMatchObject({ required: false });
});

test("what an enabled component requires stays required, whatever stands beside it", () => {
  const chosen = enabledPrograms(components, { argv: ["-enable-store", "-enable-gateway"], env: {} });
  const [store, gateway] = chosen.kind === "programs" ? chosen.programs : [];
  expect(store?.settings["store.dsn"]).toMatchObject({ required: true });
  expect(gateway?.settings["store.dsn"]).toBeUndefined();
});

test("when nothing is enabled, the keys that enable something are named", () => {
  expect(outcome()).toEqual({
    kind: "problems",
    problems: ["no component is enabled: set one or more of enable.store, enable.gateway"],
  });
});

test("two components on one address are refused, with the keys that put them there", () => {
  expect(outcome("-enable-store", "-enable-gateway", "-http-server-tls-listener-address=:80")).toEqual({
    kind: "problems",
    problems: [
      "store on :80 (http.server.tls.listener.address) and gateway on :80 (http.server.tls.listener.address) " +
        "would share a port: give each its own by store.listener.address and gateway.listener.address",
    ],
  });
});

test("a component's own key parts it from the shared one", () => {
  const flags = ["-http-server-tls-listener-address=:80", "-gateway-listener-address=:81"];
  expect(outcome("-enable-store", "-enable-gateway", ...flags)).toEqual(["store", "gateway"]);
});

test("a component that is not enabled clashes with nobody", () => {
  expect(outcome("-enable-store", "-http-server-tls-listener-address=:5770")).toEqual(["store"]);
});

test("an admin port on a component's port is refused", () => {
  expect(outcome("-enable-store", "-store-admin-listener-address=0.0.0.0:6680")).toMatchObject({
    kind: "problems",
    problems: [expect.stringContaining("store's admin port on 0.0.0.0:6680 (store.admin.listener.address)")],
  });
});

test("an empty admin address opens none", () => {
  expect(outcome("-enable-store", "-store-admin-listener-address=", "-store-listener-address=:6681")).toEqual([
    "store",
  ]);
});

test("-h and mistakes pass through", () => {
  expect(outcome("-h")).toMatchObject({
    kind: "help",
    text: expect.stringContaining("enable.store  -enable-store\n") as string,
  });
  expect(outcome("-enable-stor")).toEqual({
    kind: "problems",
    problems: ["unknown flag -enable-stor; did you mean -enable-store?"],
  });
});
