import { freePort, temporalPath, until } from "@protomesh/testing";
import { expect } from "vitest";
import { startMesh, type Mesh, type TestXds } from "./testing/mesh.js";
import { runCommand, startCommand, type CommandRun } from "./testing/run-command.js";
import { test, type TestStore } from "./testing/store.js";

/** An ingress, a service behind it, the way between them and a policy for the gateway: a path through everything. */
function declared(port: number, prefix = "/"): string {
  return `
kind: http_ingress
name: edge
spec: { ingressName: edge, listenPort: ${port} }
---
kind: service
name: billing
spec: { serviceName: billing }
---
kind: instance_set
name: billing
spec: { matchServiceNames: [billing], instances: [{ address: 127.0.0.1, port: 9 }] }
---
kind: routing_policy
name: public
spec: { ingressName: edge, domain: "*", routes: [{ matchPrefix: ${prefix}, targetService: billing }] }
---
kind: gateway_policy
name: hello
spec: { http: { path: ${prefix} }, handlers: [{ aws: { lambda: { functionName: hello } } }] }
`;
}

const trigger = `---
kind: process_trigger
name: greeting
spec: { name: Greeting, taskQueue: nobody, idPrefix: cli-wait- }
`;

interface Stage {
  readonly mesh: Mesh;
  readonly at: readonly string[];
  /** Two servers, as two replicas run. */
  readonly servers: readonly [TestXds, TestXds];
}

async function stage(context: { skip(note?: string): never }, store: TestStore, namespace: string): Promise<Stage> {
  const mesh = await startMesh(context, store, { namespace, functions: ["hello"] });
  const [a, b] = [
    await mesh.startXds({ namespace, bindAddress: "127.0.0.1", settings: { "envoy.xds.instance.name": "a" } }),
    await mesh.startXds({ namespace, bindAddress: "127.0.0.2", settings: { "envoy.xds.instance.name": "b" } }),
  ];
  return { mesh, at: ["--server", store.address, "-n", namespace], servers: [a, b] };
}

/** Waits until the servers know of Envoys: an Envoy that nobody knows of is waited for by nobody. */
async function joined({ at }: Stage, ...ids: readonly string[]): Promise<void> {
  const missing = async (): Promise<readonly string[]> => {
    const { out } = await runCommand(["status", "-o", "json", ...at]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of status' own JSON
    const { envoys } = JSON.parse(out) as {
      readonly envoys: readonly { readonly id: string; readonly gone?: string }[];
    };
    return ids.filter((id) => !envoys.some((envoy) => envoy.id === id && envoy.gone === undefined));
  };
  await until(async () => (await missing()).length === 0, `${ids.join(", ")} have come`);
}

async function applied({ at }: Stage, text: string, patience = "60s"): Promise<CommandRun> {
  return runCommand(["apply", "-f", "-", "--wait", patience, ...at], text);
}

test("apply --wait ends when all Envoys of all servers, the gateway and Temporal have it", async ({ store, skip }) => {
  temporalPath({ skip });
  const there = await stage({ skip }, store, "wait-live");
  await using mesh = there.mesh;
  await mesh.startWorker();
  await there.servers[0].startNode("edge-1");
  await there.servers[1].startNode("edge-2");
  await there.servers[1].startNode("edge-3", "other");
  await joined(there, "edge-1", "edge-2", "edge-3");
  const { code, out, err } = await applied(there, declared(await freePort()) + trigger);
  expect({ code, out, err: err.replaceAll(/^protomesh: waiting.*\n/gm, "") }).toEqual({
    err: "",
    code: 0,
    out: expect.stringMatching(
      /\nlive on 3 of 3 Envoys and 1 of 1 gateway, workflow started, after \d+\.\d\d s\n {2}xds: programmed on 3 of 3 nodes, by 2 servers \(4 resources\)\n {2}gateway\/only: serves .*\n {2}worker: .*\n$/,
    ) as string,
  });
  // What an instance says of itself comes a moment after what it says of resources.
  const wanted = [
    /^xds\/b +1 +0 +4 +0 .* 2 connected, 0 gone$/m,
    /^edge-1 +any +xds\/a +1 +0 +connected \(/m,
    /^edge-2 +any +xds\/b +1 +0 +connected \(/m,
    /^edge-3 +other +xds\/b +1 +0 +connected \(/m,
  ];
  let shown = "";
  await until(
    async () => {
      shown = (await runCommand(["status", ...there.at])).out;
      return wanted.every((line) => line.test(shown));
    },
    "the instance and its Envoys are told",
    { last: () => shown },
  );
}, 180_000);

test("apply --wait ends with the node and Envoy's reason when one refuses a resource", async ({ store, skip }) => {
  const there = await stage({ skip }, store, "wait-poison");
  await using _ = there.mesh;
  await there.servers[0].startNode("edge-1");
  await there.servers[1].startNode("edge-2", "poisoned");
  await joined(there, "edge-1", "edge-2");
  const port = await freePort();
  expect((await applied(there, declared(port))).code).toBe(0);
  const poison = `
kind: http_ingress
name: poison
spec: { ingressName: poison, xdsClusterName: poisoned, listenPort: ${await freePort()}, accessLogStdoutFormat: "%NO_SUCH_COMMAND%" }
`;
  const { code, out } = await applied(there, poison);
  expect(code).toBe(1);
  expect(out).toMatch(/\nfailed after \d/);
  expect(out).toMatch(/\n {2}failed {2}http_ingress\/poison: .*edge-2 rejected it: .*NO_SUCH_COMMAND/);
  // What the others have is none the worse for it.
  expect((await applied(there, declared(port, "/other"))).code).toBe(0);
}, 180_000);

test("apply --wait times out naming an Envoy that has stopped, and ends when it is back", async ({ store, skip }) => {
  const there = await stage({ skip }, store, "wait-stopped");
  await using _ = there.mesh;
  await there.servers[0].startNode("edge-1");
  const stopped = await there.servers[1].startNode("edge-2");
  await joined(there, "edge-1", "edge-2");
  const port = await freePort();
  expect((await applied(there, declared(port))).code).toBe(0);

  await stopped.stop();
  const { code, out } = await applied(there, declared(port, "/stopped"), "2s");
  expect(code).toBe(1);
  expect(out).toMatch(/\nnot live after 2\.\d\d s\n/);
  expect(out).toMatch(/\n {2}waiting {2}routing_policy\/public: .*edge-2 is not connected/);

  // Without a time of its own, the wait has what --timeout says.
  const bounded = await runCommand(
    ["apply", "-f", "-", "--wait", "--timeout", "3s", ...there.at],
    declared(port, "/bounded"),
  );
  expect(bounded).toMatchObject({ code: 1, out: expect.stringMatching(/\nnot live after \d\.\d\d s\n/) as string });
  const other = ["--wait", "2s", "--timeout", "40s"];
  const own = await runCommand(["apply", "-f", "-", ...other, ...there.at], declared(port, "/stopped"));
  expect(own).toMatchObject({ code: 1, out: expect.stringMatching(/\nnot live after \d\.\d\d s\n/) as string });

  const waiting = startCommand(["apply", "-f", "-", "--wait", "60s", ...there.at], declared(port, "/stopped"));
  await until(() => waiting.err.includes("edge-2"), "it waits for the Envoy", { last: () => waiting.err });
  await there.servers[1].startNode("edge-2");
  expect((await waiting.ended).code).toBe(0);
}, 180_000);

test("apply --wait times out naming an Envoy that hangs, and ends when it goes on", async ({ store, skip }) => {
  const there = await stage({ skip }, store, "wait-hanging");
  await using _ = there.mesh;
  await there.servers[0].startNode("edge-1");
  const hanging = await there.servers[1].startNode("edge-2");
  await joined(there, "edge-1", "edge-2");
  const port = await freePort();
  expect((await applied(there, declared(port))).code).toBe(0);
  process.kill(hanging.pid, "SIGSTOP");
  try {
    const { code, out } = await applied(there, declared(port, "/hanging"), "2s");
    expect(code).toBe(1);
    expect(out).toMatch(/\n {2}waiting {2}routing_policy\/public: .*edge-2 has not answered yet/);
  } finally {
    process.kill(hanging.pid, "SIGCONT");
  }
  expect((await applied(there, declared(port, "/hanging"))).code).toBe(0);
}, 180_000);
