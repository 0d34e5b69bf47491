import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "@protomesh/local";
import { envoyPath, startEnvoy, startTemporal, temporalPath } from "./peers.js";
import { until } from "./until.js";

const listener = (port: number) => ({
  static_resources: {
    listeners: [
      {
        address: { socket_address: { address: "127.0.0.1", port_value: port } },
        filter_chains: [
          {
            filters: [
              {
                name: "envoy.filters.network.http_connection_manager",
                typed_config: {
                  "@type":
                    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  stat_prefix: "direct",
                  route_config: {
                    virtual_hosts: [
                      {
                        name: "all",
                        domains: ["*"],
                        routes: [
                          { match: { prefix: "/" }, direct_response: { status: 200, body: { inline_string: "hi" } } },
                        ],
                      },
                    ],
                  },
                  http_filters: [
                    {
                      name: "envoy.filters.http.router",
                      typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  },
});

async function get(url: string): Promise<string> {
  const response = await fetch(url, { headers: { connection: "close" } });
  return response.text();
}

test("an Envoy serves what its bootstrap says, on an admin port of its own", async (context) => {
  const path = envoyPath(context);
  const port = await freePort();
  const envoy = await startEnvoy({ path, bootstrap: listener(port) });
  onTestFinished(() => envoy.stop());
  await until(() => envoy.isLive(), "Envoy is live");
  expect(await get(`http://127.0.0.1:${port}/`)).toBe("hi");
  expect(await get(`http://${envoy.adminAddress}/ready`)).toBe("LIVE\n");
  await envoy.stop();
  await expect(get(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");
});

test("an Envoy that rejects its bootstrap: the error tells its reason", async (context) => {
  const start = startEnvoy({ path: envoyPath(context), bootstrap: { listeners: [] } });
  await expect(start).rejects.toThrow(/Envoy ended before it was ready \(exit code 1\)\n[^]*'listeners'/);
});

test("a Temporal server answers where it says", async (context) => {
  const temporal = await startTemporal({ path: temporalPath(context) });
  onTestFinished(() => temporal.stop());
  const [host = "", port] = temporal.address.split(":");
  const socket = connect(Number(port), host);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.destroy();
  await temporal.stop();
  await expect(temporal.exited).resolves.toMatchObject({ code: 0 });
});
