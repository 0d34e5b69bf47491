import { envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { beforeEach, expect, test } from "vitest";
import { answerOf } from "./testing/ask.js";
import { bootstraps, Environment } from "./testing/environment.js";
import { Load } from "./testing/load.js";
import { startUpstream } from "./testing/upstream.js";

beforeEach((context) => {
  envoyPath(context);
});

test.each(bootstraps)(
  "by %s, Envoys whose connections grow old come back, lose no request and miss no change",
  async (bootstrap) => {
    const [a, b, port] = await Promise.all([startUpstream("a"), startUpstream("b"), freePort()]);
    const routes = (target: string) =>
      routingPolicy({
        spec: {
          routes: [
            { matchPrefix: "/", targetService: "a" },
            { matchPrefix: "/changing", targetService: target },
          ],
        },
      });
    const instances = (name: string, at: number) =>
      instanceSet({ name, spec: { instances: [{ address: "127.0.0.1", port: at }] } });
    const environment = await Environment.start(
      [
        httpIngress({ spec: { listenPort: port } }),
        service({ name: "a" }),
        instances("a", a.port),
        service({ name: "b" }),
        instances("b", b.port),
        routes("a"),
      ],
      { "envoy.xds.connection.max.age": 200 },
    );
    await environment.startEnvoy(bootstrap);
    await expect.poll(async () => answerOf(port, "/")).toBe("200 a /");
    const load = new Load(port, "/", 2);
    const first = await environment.firstConnected();
    for (let index = 0; index < 10; index++) {
      const target = index % 2 === 0 ? "b" : "a";
      environment.store.put(routes(target));
      await expect.poll(async () => answerOf(port, "/changing")).toBe(`200 ${target} /changing`);
    }
    await until(async () => (await environment.firstConnected()) > first, "Envoy has come back");
    environment.store.put(routes("b"));
    await expect.poll(async () => answerOf(port, "/changing")).toBe("200 b /changing");
    await load.stop();
    expect(load.failures).toEqual([]);
    await environment.stop();
    await Promise.all([a.stop(), b.stop()]);
  },
);
