import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { startEnvoy } from "@protomesh/local";
import { until } from "@protomesh/testing/until";
import { opened } from "@protomesh/testing/owned";
import { envoyProgram } from "../stage.js";
import { processorSeconds } from "../store/processor-time.js";

/** What one change costs Envoy for each virtual host that its route configuration has, in microseconds of CPU. */
export interface EnvoyFloor {
  /** Each with one route to a cluster. */
  readonly routed: number;
  /** Each with a name and a domain, and nothing else. */
  readonly bare: number;
}

const virtualHosts = 3_000;
const changes = 20;

/**
 * Envoy by itself, which reads its routes from a file: no control plane and no stream has a part in it, so that what this
 * gives is the least that any of them can reach by a route configuration of so many virtual hosts.
 */
export async function envoyFloor(): Promise<EnvoyFloor> {
  return { routed: await costOf(routedHost), bare: await costOf(bareHost) };
}

async function costOf(hostOf: (number: number) => BinaryWriter): Promise<number> {
  const running = await opened(async (own) => {
    const folder = await mkdtemp(join(tmpdir(), "protomesh-envoy-floor-"));
    own(async () => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "routes.pb");
    const write = async (version: number): Promise<void> => {
      await writeFile(`${file}.next`, responseOf(version, hostOf));
      await rename(`${file}.next`, file);
    };
    await write(0);
    const envoy = await startEnvoy({ path: envoyProgram(), bootstrap: bootstrapFor(folder, file) });
    own(async () => envoy.stop());
    return { envoy, write };
  });
  const { envoy, write } = running;
  const taken = async (version: number): Promise<void> => {
    const want = `config_reload: ${version + 1}\n`;
    await until(async () => (await statsOf(envoy.adminAddress)).includes(want), `Envoy has version ${version}`);
  };
  try {
    await taken(0);
    const before = await processorSeconds(envoy.pid);
    for (let version = 1; version <= changes; version++) {
      await write(version);
      await taken(version);
    }
    const seconds = (await processorSeconds(envoy.pid)) - before;
    return (seconds * 1e6) / changes / virtualHosts;
  } finally {
    await running.stop();
  }
}

async function statsOf(address: string): Promise<string> {
  return (await fetch(`http://${address}/stats?filter=rds.*config_reload$`)).text();
}

function bootstrapFor(folder: string, path: string): Record<string, unknown> {
  const type = "type.googleapis.com/envoy.extensions.filters";
  const manager = {
    "@type": `${type}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "floor",
    rds: {
      route_config_name: "floor",
      config_source: { path_config_source: { path, watched_directory: { path: folder } } },
    },
    http_filters: [{ name: "router", typed_config: { "@type": `${type}.http.router.v3.Router` } }],
  };
  const listener = {
    name: "floor",
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
  };
  const node = { id: "floor", cluster: "floor" };
  return { node, static_resources: { clusters: [{ name: "floor", type: "STATIC" }], listeners: [listener] } };
}

/** An `envoy.service.discovery.v3.DiscoveryResponse` (version_info = 1, resources = 2) with one RouteConfiguration. */
function responseOf(version: number, hostOf: (number: number) => BinaryWriter): Uint8Array {
  // RouteConfiguration: name = 1, virtual_hosts = 2. The last one differs from version to version.
  const routes = new BinaryWriter().uint32(field(1)).string("floor");
  for (let number = 1; number < virtualHosts; number++) routes.uint32(field(2)).bytes(hostOf(number).finish());
  routes.uint32(field(2)).bytes(hostOf(virtualHosts + version).finish());
  const resource = new BinaryWriter()
    .uint32(field(1))
    .string("type.googleapis.com/envoy.config.route.v3.RouteConfiguration")
    .uint32(field(2))
    .bytes(routes.finish());
  const response = new BinaryWriter().uint32(field(1)).string(String(version));
  return response.uint32(field(2)).bytes(resource.finish()).finish();
}

/** VirtualHost: name = 1, domains = 2. */
function bareHost(number: number): BinaryWriter {
  const domain = `route-${number}.example.com`;
  return new BinaryWriter().uint32(field(1)).string(`floor/${domain}`).uint32(field(2)).string(domain);
}

/** The same with routes = 3, of which a Route has match = 1 (prefix = 1) and route = 2 (cluster = 1). */
function routedHost(number: number): BinaryWriter {
  const match = new BinaryWriter().uint32(field(1)).string("/");
  const action = new BinaryWriter().uint32(field(1)).string("floor");
  const route = new BinaryWriter().uint32(field(1)).bytes(match.finish());
  route.uint32(field(2)).bytes(action.finish());
  return bareHost(number).uint32(field(3)).bytes(route.finish());
}

/** The tag of a length-delimited field. */
function field(number: number): number {
  return (number << 3) | 2;
}
