import { resourceId } from "@protomesh/core";
import { expect } from "vitest";
import { reporterTo } from "./testing/report-status.js";
import { runCommand, type CommandRun } from "./testing/run-command.js";
import { test, type TestStore } from "./testing/store.js";

const declared = `
kind: http_ingress
name: edge
spec: { ingressName: edge, listenPort: 10000, httpFilters: [{ healthCheck: { path: /healthz } }] }
---
kind: service
name: billing
spec: { serviceName: billing }
---
kind: instance_set
name: billing-a
spec: { matchServiceNames: [billing], instances: [{ address: 10.0.0.7, port: 8080 }, { address: "fd00::7", port: 8080 }] }
---
kind: service
name: reports
spec: { serviceName: reports, xdsClusterName: inner, instanceHttp2Options: {}, enableTlsTransport: true }
---
kind: routing_policy
name: public
spec:
  ingressName: edge
  domain: "*.example.com"
  routes:
    - { matchPrefix: /billing, targetService: billing, prefixRewrite: /, timeout: 5s }
    - { matchPrefix: /reports, targetService: reports }
    - { matchPrefix: /lost, targetService: lost }
---
kind: gateway_policy
name: hello
spec: { http: { method: HTTP_METHOD_GET, path: /hello }, handlers: [{ aws: { lambda: { functionName: hello, qualifier: live } } }] }
`;

async function explain(store: TestStore, ...words: readonly string[]): Promise<CommandRun> {
  const at = ["--server", store.address, "-n", "explained"];
  expect((await runCommand(["apply", "-f", "-", ...at], declared)).err).toBe("");
  return runCommand(["explain", ...words, ...at]);
}

test("tells who answers a URL, step by step", async ({ store }) => {
  const { code, out, err } = await explain(store, "http://api.example.com:10000/billing/7?all");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(`GET /billing/7?all of api.example.com on port 10000

Envoy, on every node
  ingress       http_ingress/edge, on port 10000
  virtual host  *.example.com
  route         /billing/ and all that begins so, of routing_policy/public, rewritten to /7?all, within 5 s
  service       service/billing, by HTTP/1.1
  instances     10.0.0.7:8080, [fd00::7]:8080, of instance_set/billing-a
  answer        by one of 2 instances
  status        http_ingress/edge waiting: xds: has not reported it, and no instance is known
  status        routing_policy/public waiting: xds: has not reported it, and no instance is known
  status        service/billing waiting: xds: has not reported it, and no instance is known
  status        instance_set/billing-a waiting: xds: has not reported it, and no instance is known

Gateway, where it is asked for /7
  answer   404, by the gateway itself
  missing  no gateway policy takes GET /7 of api.example.com
`);
});

test("tells nodes apart that are given different things, and what is missing on which", async ({ store }) => {
  const { code, out } = await explain(store, "GET", "https://api.example.com/reports", "--at", "1");
  expect(code).toBe(1);
  expect(out).toContain(`Envoy, on nodes of cluster inner
  ingress       http_ingress/edge, on port 10000
  virtual host  *.example.com
  route         /reports and below it, of routing_policy/public
  service       service/reports, by HTTP/2 over TLS
  answer        503, by Envoy itself
  missing       edge speaks HTTP without TLS: https takes somebody in front who ends TLS
  missing       no instance set names service reports

Envoy, on all other nodes
`);
  expect(out).toContain("  missing       service reports is only for nodes of cluster inner\n");
});

test("tells which policy and function answer a path, whoever asks", async ({ store }) => {
  const { code, out } = await explain(store, "GET", "/hello/you");
  expect(code).toBe(0);
  expect(out).toBe(`GET /hello/you of any host

Envoy, on every node
  ingress  http_ingress/edge, on port 10000
  answer   404, by Envoy itself
  missing  no domain of edge takes any host; there are *.example.com
  status   http_ingress/edge waiting: xds: has not reported it, and no instance is known

Gateway, where it is asked for /hello/you
  policy  gateway_policy/hello, for GET /hello and all that begins so
  answer  by the function hello:live
  status  gateway_policy/hello waiting: gateway: has not reported it, and no instance is known
`);
});

test.for([
  {
    title: "a service that is not declared",
    words: ["GET", "http://a.example.com:10000/lost"],
    want: [
      "503, by Envoy itself",
      "service lost is not declared",
      "no gateway policy takes GET /lost of a.example.com",
    ],
  },
  {
    title: "a path without a route",
    words: ["http://a.example.com:10000/other"],
    want: [
      "404, by Envoy itself",
      "no route takes /other: domain *.example.com of edge has routes for /billing, /reports, /lost",
    ],
  },
  {
    title: "a port without an ingress",
    words: ["http://a.example.com:9/x"],
    want: ["none: the connection is refused", "nothing listens on port 9; ingresses are edge on 10000"],
  },
  {
    title: "an ingress that is not there",
    words: ["http://a.example.com/x", "--ingress", "egde"],
    want: ["there is no ingress egde; ingresses are edge on 10000"],
  },
  {
    title: "a gRPC method that nobody takes",
    words: ["/acme.v1.Bills/Get"],
    want: [
      "gRPC /acme.v1.Bills/Get of any host",
      "UNIMPLEMENTED, by the gateway itself",
      "no gateway policy takes the method /acme.v1.Bills/Get",
    ],
  },
])("$title ends with 1, and is named", async ({ words, want }, { store }) => {
  const { code, out, err } = await explain(store, ...words);
  expect({ code, err }).toEqual({ code: 1, err: "" });
  for (const text of want) expect(out).toContain(text);
});

test("an answer of Envoy's own is told: the health check", async ({ store }) => {
  const { code, out } = await explain(store, "http://anything:10000/healthz");
  expect(code).toBe(0);
  expect(out).toContain("answer   200, by Envoy itself: the ingress's health check\n");
});

test("who loses to those that answer is named, and whom a node rejected", async ({ store }) => {
  const at = ["--server", store.address, "-n", "explained"];
  const { out: before } = await explain(store, "http://api.example.com:10000/billing");
  expect(before).not.toContain("conflict");
  const rival = "kind: service\nname: rival\nspec: { serviceName: billing, connectTimeout: 9s }\n";
  await runCommand(["apply", "-f", "-", ...at], rival);
  const id = resourceId("explained", "service", "billing");
  const rejected = ["Programmed", false, "Rejected", "edge-1: no such CA"] as const;
  await reporterTo(store)({ namespace: "explained", id, reporter: "xds", index: 1n, said: [rejected] });
  const { out } = await runCommand(["explain", "http://api.example.com:10000/billing", ...at]);
  expect(out).toContain("conflict      service/rival loses: service_name billing belongs to an older service\n");
  expect(out).toContain("status        service/billing failed: xds: edge-1: no such CA\n");
  await runCommand(["drop", "service/rival", ...at]);
});

test("-o json tells programs", async ({ store }) => {
  const { out } = await explain(store, "POST", "http://api.example.com:10000/billing", "-o", "json");
  expect(JSON.parse(out)).toMatchObject({
    request: { protocol: "http", method: "POST", host: "api.example.com", port: 10000, path: "/billing" },
    envoys: [
      {
        nodes: "every node",
        answers: [
          {
            ingress: "http_ingress/edge",
            virtualHost: "*.example.com",
            route: { policy: "routing_policy/public", asksFor: "/" },
            service: "service/billing",
            instances: [
              { address: "10.0.0.7", port: 8080 },
              { address: "fd00::7", port: 8080 },
            ],
            missing: [],
          },
        ],
      },
    ],
    gateways: [{ path: "/", missing: ["no gateway policy takes POST / of api.example.com"] }],
  });
});
