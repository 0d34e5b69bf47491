import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { envoyPath, startTemporal, temporalPath, test as base, until, type Skippable } from "@protomesh/testing";
import { afterAll, expect } from "vitest";
import type { ComponentName } from "@protomesh/local";
import { startEnvironment, type Environment } from "./environment.js";
import { doPing, get, getByHttp2 } from "./requests.js";

interface Opened extends Environment {
  readonly temporalAddress: string;
}

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

let opened: Promise<Opened> | undefined;

async function start(dsn: string, envoyProgram: string, temporalProgram: string): Promise<Opened> {
  const temporal = await startTemporal({ path: temporalProgram });
  closing.push(async () => temporal.stop());
  const environment = await startEnvironment({
    dsn,
    envoyPath: envoyProgram,
    temporalAddress: temporal.address,
  });
  closing.push(async () => environment.stop());
  return { ...environment, temporalAddress: temporal.address };
}

/** The whole path on real parts: declared in files, stored in PostgreSQL, served by Envoy, Lambda and Temporal. */
const test = base.extend<{ open: (context: Skippable) => Promise<Opened> }>({
  open: async ({ database }, use) => {
    await use(async (context) => (opened ??= start(database.dsn, envoyPath(context), temporalPath(context))));
  },
});

const hello = { code: 200, body: expect.stringContaining("hello") };

test("the example is served: HTTP/1.1, HTTP/2 and gRPC through Envoy, and by the gateway itself", async ({
  open,
  skip,
}) => {
  const { ingressAddress, gatewayAddress } = await open({ skip });
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "Envoy serves /hello");
  expect(await get(ingressAddress, "/hello")).toEqual(hello);
  expect(await getByHttp2(ingressAddress, "/hello")).toEqual(hello);
  expect(await get(gatewayAddress, "/hello")).toEqual(hello);
  const sha256Sum = createHash("sha256").update("nonce").digest("base64url");
  expect(await doPing(ingressAddress, "nonce")).toEqual({ sha256Sum });
  expect(await doPing(gatewayAddress, "nonce")).toEqual({ sha256Sum });
});

test("the declared workflow runs, once", async ({ open, skip }) => {
  const { temporalAddress } = await open({ skip });
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const workflows = new Client({ connection }).workflow;
    const started = await until(async () => {
      const found = [];
      for await (const workflow of workflows.list({ query: 'WorkflowType = "Greeting"' })) found.push(workflow);
      return found.length > 0 ? found : undefined;
    }, "the workflow is started");
    expect(started.map(({ workflowId }) => workflowId)).toEqual(["quickstart-greeting"]);
  } finally {
    await connection.close();
  }
});

test("a changed route changes the answer, and a dropped one is 404", async ({ open, skip }) => {
  const { ingressAddress, protomesh, resources } = await open({ skip });
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "Envoy serves /hello");

  const original = await edit(resources, "matchPrefix: /hello", "matchPrefix: /renamed\n      prefixRewrite: /hello");
  await protomesh("apply", "-f", resources);
  await until(async () => (await get(ingressAddress, "/renamed")).code === 200, "the new route answers");
  expect(await get(ingressAddress, "/renamed")).toEqual(hello);
  await until(async () => (await get(ingressAddress, "/hello")).code === 404, "the old route is gone");

  await original.restore();
  await protomesh("apply", "-f", resources);
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "the first route is back");

  const policy = await idOf(protomesh, "routing_policy");
  await protomesh("drop", policy);
  await until(async () => (await get(ingressAddress, "/hello")).code === 404, "a dropped policy's route is gone");
  await protomesh("apply", "-f", resources);
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "the policy is back");
});

test.for<{ name: ComponentName; signal: NodeJS.Signals }>([
  { name: "store", signal: "SIGTERM" },
  { name: "store", signal: "SIGKILL" },
  { name: "xds", signal: "SIGTERM" },
  { name: "xds", signal: "SIGKILL" },
  { name: "gateway", signal: "SIGTERM" },
  { name: "worker", signal: "SIGKILL" },
])("$name restarts after $signal: traffic goes on and state comes back", async ({ name, signal }, { open, skip }) => {
  const { ingressAddress, protomesh, resources, restart } = await open({ skip });
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "Envoy serves /hello");

  const traffic = requests(ingressAddress, "/hello");
  await restart(name, signal);
  const answers = await traffic.stop();
  // The gateway is the upstream itself: there is one of it, so its own restart is the one that is felt.
  if (name !== "gateway") expect(new Set(answers)).toEqual(new Set([200]));

  await until(async () => (await get(ingressAddress, "/hello")).code === 200, `traffic after the restart of ${name}`);
  const original = await edit(resources, "matchPrefix: /hello", "matchPrefix: /again\n      prefixRewrite: /hello");
  await protomesh("apply", "-f", resources);
  await until(async () => (await get(ingressAddress, "/again")).code === 200, "changes go through as before");
  await original.restore();
  await protomesh("apply", "-f", resources);
  await until(async () => (await get(ingressAddress, "/hello")).code === 200, "and back");
});

/** Replaces text in the one resource file that has it. */
async function edit(folder: string, from: string, to: string): Promise<{ restore(): Promise<void> }> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const text = await readFile(path, "utf8");
    if (!text.includes(from)) continue;
    await writeFile(path, text.replace(from, to));
    return { restore: () => writeFile(path, text) };
  }
  throw new Error(`no file in ${folder} says "${from}"`);
}

async function idOf(protomesh: Environment["protomesh"], kind: string): Promise<string> {
  const listed = JSON.parse(await protomesh("list", "--kind", kind, "-o", "json")) as readonly { id: string }[];
  const [first] = listed;
  if (first === undefined) throw new Error(`there is no ${kind}`);
  return first.id;
}

/** Requests one after the other until stopped, which gives the codes that they were answered with. */
function requests(address: string, path: string): { stop(): Promise<readonly number[]> } {
  const codes: number[] = [];
  const ended = new AbortController();
  const done = (async () => {
    while (!ended.signal.aborted) codes.push((await get(address, path)).code);
  })();
  return {
    stop: async () => {
      ended.abort();
      await done;
      return codes;
    },
  };
}
