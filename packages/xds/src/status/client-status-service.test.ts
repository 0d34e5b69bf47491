import { status } from "@grpc/grpc-js";
import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClientResourceStatus } from "../generated/envoy/admin/v3/config_dump_shared.js";
import { AggregatedDiscoveryServiceClient } from "../generated/envoy/service/discovery/v3/ads.js";
import { DiscoveryRequest } from "../generated/envoy/service/discovery/v3/discovery.js";
import { ClientStatusDiscoveryServiceClient, ConfigStatus } from "../generated/envoy/service/status/v3/csds.js";
import { typeUrls } from "../snapshot/xds-type.js";
import { fetchedStatuses, standingsIn, statusRequest } from "../testing/client-statuses.js";
import { Environment } from "../testing/environment.js";
import { ObedientNode } from "../testing/obedient-node.js";
import { RawClients, RawStream } from "../testing/raw-client.js";

let environment: Environment;
let clients: RawClients;

beforeEach(async () => {
  environment = await Environment.start([httpIngress(), service(), instanceSet(), routingPolicy()]);
  clients = new RawClients(environment.xdsAddress);
});

afterEach(async () => {
  clients.close();
  await environment.stop();
});

const byId = (exact: string) => ({
  nodeMatchers: [{ nodeId: { matchPattern: { $case: "exact", value: exact } as const } }],
});
const fetched = async (...[fields]: [Parameters<typeof statusRequest>[0]?]) => fetchedStatuses(clients, fields);

const { SYNCED, STALE, NOT_SENT, ERROR } = ConfigStatus;
const { ACKED, REQUESTED, NACKED, UNKNOWN } = ClientResourceStatus;

function obedient(id: string): ObedientNode {
  return new ObedientNode(clients.of(AggregatedDiscoveryServiceClient).deltaAggregatedResources(), id);
}

test("a node that has accepted everything is in step, resource by resource", async () => {
  obedient("edge-1");
  await expect
    .poll(async () => standingsIn(await fetched()))
    .toEqual({
      "Cluster billing": [SYNCED, ACKED],
      "ClusterLoadAssignment billing": [SYNCED, ACKED],
      "Listener public": [SYNCED, ACKED],
      "RouteConfiguration public": [SYNCED, ACKED],
    });
  const { config } = await fetched({ excludeResourceContents: false });
  expect(config[0]).toMatchObject({ node: { id: "edge-1", cluster: "edge" } });
  expect(config[0]?.genericXdsConfigs[0]?.xdsConfig?.value.length).toBeGreaterThan(0);
});

test("what a node has not answered, not asked for or rejected is told as that", async () => {
  const stream = new RawStream(clients.of(AggregatedDiscoveryServiceClient).streamAggregatedResources());
  stream.send(DiscoveryRequest.fromPartial({ node: { id: "edge-1" }, typeUrl: typeUrls.cluster }));
  const { nonce } = await stream.response(1);
  expect(standingsIn(await fetched())).toEqual({
    "Cluster billing": [STALE, REQUESTED],
    "ClusterLoadAssignment billing": [NOT_SENT, UNKNOWN],
  });
  const errorDetail = { code: 13, message: "cluster billing: goo.gle/debugonly  no such file" };
  stream.send(DiscoveryRequest.fromPartial({ typeUrl: typeUrls.cluster, responseNonce: nonce, errorDetail }));
  await expect.poll(async () => standingsIn(await fetched())).toMatchObject({ "Cluster billing": [ERROR, NACKED] });
  const { config } = await fetched();
  expect(config[0]?.genericXdsConfigs[0]?.errorState).toMatchObject({ details: "cluster billing: no such file" });
  const { body } = await environment.admin("/status");
  expect(JSON.parse(body)).toMatchObject({
    nodes: [{ id: "edge-1", lacking: 2, lacks: [{ name: "billing", rejection: "cluster billing: no such file" }, {}] }],
  });
});

test("nodes are asked for by their ids, and a stream answers each request", async () => {
  obedient("edge-1");
  obedient("edge-2");
  await expect.poll(async () => (await fetched()).config.length).toBe(2);
  expect((await fetched(byId("edge-2"))).config.map(({ node }) => node?.id)).toEqual(["edge-2"]);
  const stream = new RawStream(clients.of(ClientStatusDiscoveryServiceClient).streamClientStatus());
  stream.send(statusRequest(byId("edge-1")));
  expect((await stream.response(1)).config.map(({ node }) => node?.id)).toEqual(["edge-1"]);
  stream.send(statusRequest(byId("nobody")));
  expect((await stream.response(2)).config).toEqual([]);
  stream.end();
  expect(await stream.status()).toMatchObject({ code: status.OK });
});

test("a matcher that is not understood is refused, and not passed over", async () => {
  const regex = { $case: "safeRegex", value: { regex: ".*" } } as const;
  await expect(fetched({ nodeMatchers: [{ nodeId: { matchPattern: regex } }] })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining("node_matchers[0].node_id.safeRegex"),
  });
});
