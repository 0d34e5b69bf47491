import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import type { Resource } from "@protomesh/core/api";
import {
  Dice,
  freePort,
  gatewayPolicy,
  httpIngress,
  instanceSet,
  lambdaHandler,
  routingPolicy,
  service,
  until,
} from "@protomesh/testing";
import { expect } from "vitest";
import { startMesh } from "../commands/testing/mesh.js";
import { runCommand } from "../commands/testing/run-command.js";
import { test, type TestStore } from "../commands/testing/store.js";
import { formatDocuments, storedDocument } from "../resource-file/index.js";
import { anyDeclarations, functions, type Places } from "./testing/any-declarations.js";
import { anyRequest, urlOf } from "./testing/any-request.js";
import { ask, startUpstream, type Reply } from "./testing/http.js";

const seed = 20_261_125;
const rounds = 10;
const requestsPerRound = 60;

/** What `explain -o json` says, as far as it is compared. */
interface Foretold {
  readonly envoys: readonly {
    readonly answers: readonly {
      readonly route?: { readonly asksFor: string };
      readonly instances: readonly { readonly port: number }[];
      readonly status?: number;
      readonly tokensOf: readonly unknown[];
    }[];
  }[];
  readonly gateways: readonly { readonly functions?: readonly { readonly functionName: string }[] }[];
}

const nodes = [
  { cluster: "edge", address: "127.0.0.1" },
  { cluster: "other", address: "127.0.0.2" },
];

test("explain foretells what Envoys of two clusters and the gateway answer, whatever is declared and asked", async ({
  store,
  skip,
}) => {
  const namespace = "foretold";
  await using mesh = await startMesh({ skip }, store, { namespace, functions });
  const places: Places = {
    ports: [await freePort(), await freePort(), await freePort()],
    upstreams: [await startUpstream(), await startUpstream(), await startUpstream()],
    gateway: portOf(mesh.gatewayAddress),
  };
  for (const { cluster, address } of nodes) {
    const xds = await mesh.startXds({ namespace, bindAddress: address });
    await xds.startNode(`${cluster}-1`, cluster);
  }
  const dice = new Dice(seed);
  const wrong: object[] = [];
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    await declare(store, namespace, anyDeclarations(dice, round, namespace, places));
    await until(async () => isServed(places, round), `what round ${round} declared is served`);
    for (let index = 0; index < requestsPerRound; index++) {
      const { cluster, address } = dice.pick(nodes);
      const asked = anyRequest(dice, places.ports);
      const words = [asked.method, urlOf(asked), "--node-cluster", cluster];
      const foretold = foretoldReplies(await explained(store, namespace, words), asked.method, places.gateway);
      let reply: Reply | undefined;
      seen.add(kindOf(foretold));
      // A listener opens its port only when its routes have come.
      const patienceMs = wrong.length === 0 ? 10_000 : 0;
      await until(async () => isAmong(foretold, (reply = await ask(address, asked))), "the answer", {
        patienceMs,
      }).catch(() => wrong.push({ round, cluster, ...asked, foretold, reply }));
    }
  }
  expect(wrong, `seed ${seed}`).toEqual([]);
  // The set is worth something only if everything occurs in it.
  expect([...seen].sort()).toEqual([
    "0 refused",
    "200",
    "200 by a function",
    "200 by an instance",
    "401",
    "404",
    "503",
  ]);
}, 240_000);

test("explain foretells which function answers a gRPC method, through Envoy and at the gateway", async ({
  store,
  skip,
}) => {
  const namespace = "foretold-grpc";
  const at = { namespace };
  const names = ["exact", "prefix", "hosts"];
  await using mesh = await startMesh({ skip }, store, { namespace, functions: names });
  const port = await freePort();
  const gateway = portOf(mesh.gatewayAddress);
  const grpc = (name: string, methodName: string, exactMethodNameMatch: boolean, host = "") =>
    gatewayPolicy({
      ...at,
      name,
      spec: {
        source: { $case: "grpc", value: { methodName, exactMethodNameMatch } },
        host,
        handlers: [lambdaHandler(name)],
      },
    });
  await declare(store, namespace, [
    httpIngress({ ...at, spec: { listenPort: port } }),
    service({
      ...at,
      name: "gateway",
      spec: { instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } },
    }),
    instanceSet({ ...at, name: "gateway", spec: { instances: [{ address: "127.0.0.1", port: gateway }] } }),
    service({ ...at, name: "nowhere" }),
    routingPolicy({
      ...at,
      name: "calls",
      spec: {
        routes: [
          { matchPrefix: "/acme.v1.Bills/", targetService: "gateway" },
          { matchPrefix: "/acme.v1.Nowhere", targetService: "nowhere" },
        ],
      },
    }),
    grpc("exact", "/acme.v1.Bills/Get", true),
    grpc("prefix", "/acme.v1.Bills/G", false),
    grpc("hosts", "/acme.v1.Bills/Get", true, "api.example.com"),
  ]);
  await (await mesh.startXds({ namespace })).startNode("edge-1");
  let last = "";
  await until(
    async () => (last = await call(port, "any.test", "/acme.v1.Bills/Get")) === "exact",
    "the calls are served",
    { last: () => last },
  );
  for (const method of ["Bills/Get", "Bills/Give", "Bills/Other", "Nowhere/Get", "Unknown/Get"]) {
    for (const host of ["any.test", "api.example.com"]) {
      const words = [`/acme.v1.${method}`, "--authority", `${host}:${port}`];
      const { envoys, gateways } = await explained(store, namespace, words);
      const status = envoys[0]?.answers[0]?.status;
      const byFunction = gateways[0]?.functions?.[0]?.functionName ?? "UNIMPLEMENTED";
      const foretold = status === undefined ? byFunction : status === 503 ? "UNAVAILABLE" : "UNIMPLEMENTED";
      expect({ words, answer: await call(port, host, `/acme.v1.${method}`) }).toEqual({ words, answer: foretold });
    }
  }
});

async function explained(store: TestStore, namespace: string, words: readonly string[]): Promise<Foretold> {
  const { out, err } = await runCommand([
    "explain",
    ...words,
    "-o",
    "json",
    "--server",
    store.address,
    "-n",
    namespace,
  ]);
  if (err !== "") throw new Error(err);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of explain's own JSON
  return JSON.parse(out) as Foretold;
}

/** What may come back, by what `explain` says. */
function foretoldReplies({ envoys, gateways }: Foretold, method: string, gateway: number): readonly string[] {
  const [answer] = envoys[0]?.answers ?? [];
  if (answer === undefined) return ["0 refused"];
  const { status, instances, route, tokensOf } = answer;
  if (tokensOf.length > 0) return ["401"];
  if (status !== undefined) return [String(status)];
  if (!instances.some((instance) => instance.port === gateway)) {
    return instances.map((instance) => `200 ${instance.port} ${route?.asksFor}`);
  }
  const functionName = gateways[0]?.functions?.[0]?.functionName;
  if (functionName === undefined) return ["404"];
  return [method === "HEAD" ? "200" : `200 ${functionName}`];
}

function isAmong(foretold: readonly string[], { status, body }: Reply): boolean {
  return foretold.includes(String(status)) || foretold.includes(`${status} ${body}`);
}

function kindOf([first = ""]: readonly string[]): string {
  return first.replace(/^200 \d+ .*/, "200 by an instance").replace(/ f\d$/, " by a function");
}

async function declare(store: TestStore, namespace: string, resources: readonly Resource[]): Promise<void> {
  const text = formatDocuments(resources.map(storedDocument), "json");
  const words = ["apply", "-f", "-", "--set", "all", "--prune", "--server", store.address, "-n", namespace];
  const { code, err } = await runCommand(words, text);
  expect({ code, err }).toEqual({ code: 0, err: "" });
}

async function isServed({ ports: [port = 0], gateway }: Places, round: number): Promise<boolean> {
  const asked = { method: "GET", host: `sentinel-${round}.test` };
  const replies = await Promise.all([
    ...nodes.map(async ({ address }) => ask(address, { ...asked, port, path: "/" })),
    ask("127.0.0.1", { ...asked, port: gateway, path: `/sentinel-${round}` }),
  ]);
  return replies.every(({ status }) => status === 200);
}

/** Calls a method with an empty message. @returns the answer's message, or the status */
async function call(port: number, authority: string, method: string): Promise<string> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { "grpc.default_authority": authority });
  const asIs = (bytes: Buffer): Buffer => bytes;
  try {
    return await new Promise((resolve) => {
      const answered = (error: ServiceError | null, message?: Buffer): void => {
        resolve(
          error === null ? (message?.toString() ?? "") : (error.message.split(":", 1)[0]?.replace(/^\d+ /, "") ?? ""),
        );
      };
      client.makeUnaryRequest(method, asIs, asIs, Buffer.alloc(0), { deadline: Date.now() + 10_000 }, answered);
    });
  } finally {
    client.close();
  }
}

function portOf(address: string): number {
  return Number(address.split(":")[1]);
}
