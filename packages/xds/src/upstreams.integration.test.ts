import { writeFile } from "node:fs/promises";
import type { Resource } from "@protomesh/core/api";
import {
  envoyPath,
  freePort,
  httpIngress,
  instanceSet,
  routingPolicy,
  service,
  testCertificate,
} from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { answerOf, ask } from "./testing/ask.js";
import { Environment } from "./testing/environment.js";
import { temporaryFile } from "./testing/temporary-file.js";
import { startHttp2Upstream, startTlsUpstream, startUpstream, type Upstream } from "./testing/upstream.js";

let environment: Environment;
let port: number;

afterEach(async () => {
  await environment.stop();
});

async function start(settings: Record<string, unknown>, ...resources: readonly Resource[]): Promise<void> {
  port = await freePort();
  environment = await Environment.start([httpIngress({ spec: { listenPort: port } }), ...resources], settings);
  await environment.startEnvoy("delta-ads");
}

describe("TLS", () => {
  const trusted = testCertificate("one.internal");
  const alsoTrusted = testCertificate("two.internal");
  const untrusted = testCertificate("one.internal");
  let ca: Awaited<ReturnType<typeof temporaryFile>>;

  beforeEach(async (context) => {
    envoyPath(context);
    ca = await temporaryFile("ca.pem");
    await writeFile(ca.path, Buffer.concat([trusted.cert, alsoTrusted.cert]));
  });

  afterEach(async () => ca.remove());

  interface Case {
    readonly title: string;
    readonly identity: Parameters<typeof startTlsUpstream>[1];
    readonly hostname: string;
    readonly want: string;
  }

  test.each<Case>([
    { title: "the right name", identity: trusted, hostname: "one.internal", want: "200 tls one.internal" },
    {
      title: "the right name in upper case",
      identity: trusted,
      hostname: "One.Internal",
      want: "200 tls one.internal",
    },
    { title: "without a host name, its address", identity: trusted, hostname: "", want: "200 tls false" },
    { title: "a name that the certificate is not for", identity: trusted, hostname: "else.internal", want: "503" },
    {
      title: "a certificate of an authority that is not trusted",
      identity: untrusted,
      hostname: "one.internal",
      want: "503",
    },
  ])("an instance is verified: $title", async ({ identity, hostname, want }) => {
    const upstream = await running(startTlsUpstream("tls", identity));
    await start(
      { "envoy.xds.upstream.ca.path": ca.path },
      tlsService("a"),
      instanceSet({ name: "a", spec: { instances: [{ address: "127.0.0.1", port: upstream.port, hostname }] } }),
      routingPolicy({ name: "a" }),
    );
    await expect.poll(async () => answerOf(port, "/")).toBe(want);
  });

  test("a service whose instances have several names: each is asked for, and verified for, its own", async () => {
    const one = await running(startTlsUpstream("one", trusted));
    const two = await running(startTlsUpstream("two", alsoTrusted));
    const both = [
      { address: "127.0.0.1", port: one.port, hostname: "one.internal" },
      { address: "127.0.0.1", port: two.port, hostname: "two.internal" },
    ];
    await start(
      { "envoy.xds.upstream.ca.path": ca.path },
      tlsService("a"),
      instanceSet({ name: "a", spec: { instances: both } }),
      routingPolicy({ name: "a" }),
    );
    await expect.poll(answersSeen()).toEqual(["200 one one.internal", "200 two two.internal"]);
  });

  test("a host name is resolved, asked for and verified", async () => {
    const upstream = await running(startTlsUpstream("tls", testLocalhost));
    await writeFile(ca.path, testLocalhost.cert);
    await start(
      { "envoy.xds.upstream.ca.path": ca.path },
      tlsService("a"),
      instanceSet({ name: "a", spec: { instances: [{ address: "localhost", port: upstream.port }] } }),
      routingPolicy({ name: "a" }),
    );
    await expect.poll(async () => answerOf(port, "/")).toBe("200 tls localhost");
  });

  const testLocalhost = testCertificate("localhost");
});

describe("without TLS", () => {
  beforeEach((context) => {
    envoyPath(context);
  });

  test("HTTP/2 to the instances, and HTTP/1.1", async () => {
    const [http1, http2] = [await running(startUpstream("h1")), await running(startHttp2Upstream("h2"))];
    const options = { $case: "instanceHttp2Options", value: { maxConcurrentStreams: 10 } } as const;
    await start(
      {},
      service({ name: "h1" }),
      instances("h1", "127.0.0.1", http1.port),
      service({ name: "h2", spec: { instanceApplicationProtocolOptions: options } }),
      instances("h2", "127.0.0.1", http2.port),
      routingPolicy({
        spec: {
          routes: [
            { matchPrefix: "/1", targetService: "h1" },
            { matchPrefix: "/2", targetService: "h2" },
          ],
        },
      }),
    );
    await expect.poll(async () => answerOf(port, "/1")).toBe("200 h1 /1");
    await expect.poll(async () => answerOf(port, "/2")).toBe("200 h2 /2");
  });

  test("host names and addresses together: all are asked", async () => {
    const [a, b] = [await running(startUpstream("a")), await running(startUpstream("b"))];
    const both = [
      { address: "localhost", port: a.port },
      { address: "127.0.0.1", port: b.port },
    ];
    await start(
      {},
      service({ name: "a" }),
      instanceSet({ name: "a", spec: { instances: both } }),
      routingPolicy({ name: "a" }),
    );
    await expect.poll(answersSeen()).toEqual(["200 a /", "200 b /"]);
  });

  test("each instance gets the same share, also where zones have different numbers of them", async () => {
    const upstreams = await Promise.all(["a", "b", "c"].map(async (name) => running(startUpstream(name))));
    const placed = upstreams.map((upstream, index) => ({
      address: "127.0.0.1",
      port: upstream.port,
      region: "eu",
      zone: index === 0 ? "one" : "two",
    }));
    await start(
      {},
      service({ name: "a" }),
      instanceSet({ name: "a", spec: { instances: placed } }),
      routingPolicy({ name: "a" }),
    );
    await expect.poll(async () => (await ask(port, "/")).status).toBe(200);
    const counts = new Map<string, number>();
    for (let index = 0; index < 300; index++) {
      const answer = await answerOf(port, "/");
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["200 a /", "200 b /", "200 c /"]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(60);
  });

  test("a route to a service that is missing is 503, and the others go on", async () => {
    const a = await running(startUpstream("a"));
    await start(
      {},
      service({ name: "a" }),
      instances("a", "127.0.0.1", a.port),
      routingPolicy({
        spec: {
          routes: [
            { matchPrefix: "/", targetService: "a" },
            { matchPrefix: "/missing", targetService: "missing" },
          ],
        },
      }),
    );
    await expect.poll(async () => answerOf(port, "/x")).toBe("200 a /x");
    expect(await answerOf(port, "/missing")).toBe("503");
    environment.store.apply({ put: [service({ name: "missing" }), instances("missing", "127.0.0.1", a.port)] });
    await expect.poll(async () => answerOf(port, "/missing")).toBe("200 a /missing");
  });
});

/** Asks once more, and says in alphabetical order which answers there were so far, other than that it is not open yet. */
function answersSeen(): () => Promise<string[]> {
  const seen = new Set<string>();
  return async () => {
    const answer = await answerOf(port, "/");
    if (answer !== "refused" && answer !== "404") seen.add(answer);
    return [...seen].sort();
  };
}

/** An upstream that ends with its test. */
async function running(starting: Promise<Upstream>): Promise<Upstream> {
  const upstream = await starting;
  onTestFinished(async () => upstream.stop());
  return upstream;
}

function tlsService(name: string): Resource {
  return service({ name, spec: { enableTlsTransport: true } });
}

function instances(name: string, address: string, instancePort: number): Resource {
  return instanceSet({ name, spec: { instances: [{ address, port: instancePort }] } });
}
