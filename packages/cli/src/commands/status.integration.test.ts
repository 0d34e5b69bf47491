import { instanceResourceId, resourceId } from "@protomesh/core";
import { until } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { reporterTo, type Report } from "./testing/report-status.js";
import { runCommand, startCommand } from "./testing/run-command.js";
import { test, type TestStore } from "./testing/store.js";

const service = "kind: service\nname: billing\nspec: { serviceName: billing, connectTimeout: 1s }\n";
const ingress = "kind: http_ingress\nname: public\nspec: { ingressName: public, listenPort: 10000 }\n";
const widget =
  'id: 6f1c2d3e-0000-4000-8000-000000000017\nname: w\nspec: { "@type": type.example.com/acme.v1.Widget, value: CJYBAAD/ }\n';

const programmed = ["Programmed", true, "AllNodes", "programmed on 3 of 3 nodes"] as const;
const pending = ["Programmed", false, "Pending", "programmed on 2 of 3 nodes; waiting for edge-3"] as const;
const rejected = ["Programmed", false, "Rejected", "edge-1: cannot bind '0.0.0.0:80'"] as const;

function at(store: TestStore, namespace: string): string[] {
  return ["--server", store.address, "-n", namespace];
}

test("status tells of each resource how far it is, and ends with 1 while something is not live", async ({ store }) => {
  const namespace = "board";
  const there = at(store, namespace);
  await runCommand(["apply", "-f", "-", ...there], [service, ingress, widget].join("---\n"));
  const report = reporterTo(store);
  const ids = {
    service: resourceId(namespace, "service", "billing"),
    ingress: resourceId(namespace, "http_ingress", "public"),
  };
  await report({ namespace, id: ids.service, reporter: "xds", index: 1n, said: [programmed] });
  await report({ namespace, id: ids.ingress, reporter: "xds", index: 1n, said: [rejected] });
  const { code, out } = await runCommand(["status", ...there]);
  expect(code).toBe(1);
  expect(out.replace(/\d{4}-\S+Z/, "TIME")).toBe(
    `RESOURCE             REVISION  STANDING  SAYS
acme.v1.Widget/w     1         nobody
http_ingress/public  1         failed    xds: edge-1: cannot bind '0.0.0.0:80'
service/billing      1         live      xds: programmed on 3 of 3 nodes

REPORTER  REVISION  LAG  RESOURCES  BEHIND  LAST REPORT               TELLS
xds                      2          0       TIME
`,
  );
  expect((await runCommand(["status", "service/billing", ...there])).code).toBe(0);
  const json = await runCommand(["status", "-k", "http_ingress", "-o", "json", ...there]);
  expect(JSON.parse(json.out)).toMatchObject({
    resources: [{ kind: "http_ingress", name: "public", revision: "1", standing: "failed" }],
    reporters: [{ reporter: "xds", resources: 1, behind: 0 }],
  });
});

/** An xDS server as it speaks of itself, with two Envoys that are well and one that is not. */
function server(namespace: string, revision: bigint): Report {
  const node = { cluster: "edge", transport: "sotw ads", since: "2026-11-25T20:00:00.000Z" };
  const rejection = { at: "2026-11-25T20:01:00.000Z", message: "no such CA" };
  const nodes = [
    { ...node, id: "edge-1", revision: 2 },
    { ...node, id: "edge-2", revision: 1, rejection },
    { ...node, id: "edge-3", revision: null, gone: "2026-11-25T20:02:00.000Z" },
  ];
  const details = { connected: "2", gone: "1", nodes: JSON.stringify(nodes) };
  return { namespace, id: instanceResourceId, reporter: "xds/a", index: revision, said: [], details };
}

test("status tells of each instance and each Envoy, with revision and lag, and passes over who is gone", async ({
  store,
}) => {
  const namespace = "fleet";
  const there = at(store, namespace);
  for (const timeout of ["1s", "2s"]) {
    await runCommand(["apply", "-f", "-", ...there], service.replace("1s", timeout));
  }
  const id = resourceId(namespace, "service", "billing");
  const report = reporterTo(store);
  await report(server(namespace, 1n));
  const counts = { nodes: "2", programmed: "2" };
  await report({ namespace, id, reporter: "xds/a", index: 2n, said: [programmed], details: counts });
  await report({ namespace, id, reporter: "xds/gone", index: 1n, said: [rejected] });
  const { code, out } = await runCommand(["status", ...there]);
  expect({ code, out: out.replaceAll(/2026-\S+:\S+Z(?! *$)/gm, "TIME") }).toEqual({
    code: 0,
    out: `RESOURCE         REVISION  STANDING  SAYS
service/billing  2         live      xds/a: programmed on 3 of 3 nodes

REPORTER  REVISION  LAG  RESOURCES  BEHIND  LAST REPORT               TELLS
xds/a     1         1    1          0       TIME  2 connected, 1 gone
xds/gone                 1          1       TIME  silent for more than 30 s: what it says is passed over

ENVOY   CLUSTER  SERVER  REVISION  LAG  STATE
edge-1  edge     xds/a   2         0    connected (sotw ads)
edge-2  edge     xds/a   1         1    connected (sotw ads); rejected: no such CA
edge-3  edge     xds/a   none           gone since 2026-11-25T20:02:00.000Z
`,
  });
  const json = await runCommand(["status", "-o", "json", ...there]);
  expect(JSON.parse(json.out)).toMatchObject({
    resources: [{ name: "billing", standing: "live", on: { count: 2, of: 2 } }],
    reporters: [
      { reporter: "xds/a", revision: "1", lag: "1", lapsed: false, details: { connected: "2", gone: "1" } },
      { reporter: "xds/gone", lapsed: true },
    ],
    envoys: [{ id: "edge-1", reporter: "xds/a", revision: "2", lag: "0" }, { id: "edge-2" }, { id: "edge-3" }],
  });
});

test("status --watch tells when an instance comes and goes, and when an Envoy rejects something", async ({ store }) => {
  const namespace = "coming";
  const there = at(store, namespace);
  const running = startCommand(["status", "--watch", ...there]);
  onTestFinished(async () => {
    running.interrupt();
    await running.ended;
  });
  const report = reporterTo(store);
  await report(server(namespace, 1n));
  await until(() => running.out.split("\n").length === 5, "the instance is told", { last: () => running.out });
  expect(running.out).toBe(
    `xds/a  2 connected, 1 gone
envoy edge-1  connected (sotw ads)  at xds/a
envoy edge-2  connected (sotw ads); rejected: no such CA  at xds/a
envoy edge-3  gone since 2026-11-25T20:02:00.000Z  at xds/a
`,
  );
  await report({ ...server(namespace, 1n), said: [], details: {} });
  await until(() => running.out.includes("xds/a  gone\nenvoy edge-1  gone\n"), "its end is told", {
    last: () => running.out,
  });
});

test("status --watch prints a line for each resource that comes to stand otherwise", async ({ store }) => {
  const namespace = "follow";
  const there = at(store, namespace);
  await runCommand(["apply", "-f", "-", ...there], service);
  const running = startCommand(["status", "--watch", ...there]);
  onTestFinished(async () => {
    running.interrupt();
    await running.ended;
  });
  await until(
    () => running.out === "service/billing  1  waiting  xds: has not reported it, and no instance is known\n",
    "the state is shown",
  );
  const id = resourceId(namespace, "service", "billing");
  await reporterTo(store)({ namespace, id, reporter: "xds", index: 1n, said: [programmed] });
  await until(() => running.out.endsWith("service/billing  1  live  xds: programmed on 3 of 3 nodes\n"), "it is live");
  await runCommand(["apply", "-f", "-", ...there], service.replace("1s", "2s"));
  await until(() => running.out.endsWith("service/billing  2  waiting  xds: is at revision 1 of it\n"), "it is behind");
  running.interrupt();
  expect(await running.ended).toMatchObject({ code: 0, err: "" });
});

test("apply --wait ends when every component has it, and tells what they say", async ({ store }) => {
  const namespace = "wait";
  const running = startCommand(["apply", "-f", "-", "--wait", ...at(store, namespace)], `${service}---\n${ingress}`);
  await until(() => running.err.includes("waiting: 0 of 2 live"), "it waits", {
    last: () => running.err + running.out,
  });
  const report = reporterTo(store);
  const ids = [resourceId(namespace, "service", "billing"), resourceId(namespace, "http_ingress", "public")];
  for (const id of ids) await report({ namespace, id, reporter: "xds", index: 1n, said: [pending] });
  for (const id of ids) await report({ namespace, id, reporter: "xds", index: 1n, said: [programmed] });
  const { code, out } = await running.ended;
  expect(code).toBe(0);
  expect(out.replace(/after .* s/, "after SOME s")).toBe(
    "service/billing      created\nhttp_ingress/public  created\nrevision 1 of wait\n" +
      "live after SOME s\n  xds: programmed on 3 of 3 nodes (2 resources)\n",
  );
});

test("apply --wait ends with 1 and the node's reason when one rejects it", async ({ store }) => {
  const namespace = "poison";
  const running = startCommand(["apply", "-f", "-", "--wait", "-o", "json", ...at(store, namespace)], ingress);
  await until(() => running.err.includes("waiting"), "it waits");
  const id = resourceId(namespace, "http_ingress", "public");
  await reporterTo(store)({ namespace, id, reporter: "xds", index: 1n, said: [rejected] });
  const { code, out } = await running.ended;
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    wait: {
      verdict: "failed",
      resources: [{ id, standing: "failed", says: ["xds: edge-1: cannot bind '0.0.0.0:80'"] }],
    },
  });
});

test("apply --wait ends with 1 when the time is up, and names who is missing", async ({ store }) => {
  const namespace = "late";
  const id = resourceId(namespace, "http_ingress", "public");
  await reporterTo(store)({ namespace, id, reporter: "xds", index: 1n, said: [pending] });
  const { code, out } = await runCommand(["apply", "-f", "-", "--wait", "1s", ...at(store, namespace)], ingress);
  expect(code).toBe(1);
  expect(out).toContain("not live after 1.0");
  expect(out).toContain("  waiting  http_ingress/public: xds: programmed on 2 of 3 nodes; waiting for edge-3\n");
});

test("Ctrl-C ends a wait with 130, and says how far it was", async ({ store }) => {
  const running = startCommand(["apply", "-f", "-", "--wait", ...at(store, "interrupted")], service);
  await until(() => running.err.includes("waiting"), "it waits");
  running.interrupt();
  const { code, out } = await running.ended;
  expect(code).toBe(130);
  expect(out).toContain("  waiting  service/billing: xds: has not reported it, and no instance is known\n");
});
