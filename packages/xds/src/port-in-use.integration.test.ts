import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { envoyPath } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf } from "./testing/ask.js";
import { bootstraps } from "./testing/environment.js";
import { host, ingress } from "./testing/hosts-scene.js";
import { startTwoServices, type TwoServices } from "./testing/two-services.js";

let scene: TwoServices;
/** Has the port of the ingress before Envoy comes. */
let holder: Server;

beforeEach(async (context) => {
  envoyPath(context);
  const declared = (port: number) => [ingress("public", port, "inline"), host("one.example.com", "a")];
  scene = await startTwoServices(declared, { "envoy.xds.port.retry.interval": 100 });
  holder = createServer((socket) => socket.destroy());
  holder.listen(scene.port, "127.0.0.1");
  await once(holder, "listening");
});

afterEach(async () => {
  holder.close();
  await scene.stop();
});

describe.each(bootstraps)("by %s", (bootstrap) => {
  test("an ingress opens when whatever had its port lets it go, and says meanwhile why it is not open", async () => {
    const { environment, port } = scene;
    await environment.startEnvoy(bootstrap);
    const programmed = () => environment.statusOf(ingress("public", port, "inline"))["Programmed"];
    await expect.poll(programmed).toContain(`cannot bind '127.0.0.1:${port}': Address already in use`);
    const rejected = await environment.rejected();
    await expect.poll(async () => environment.rejected()).toBeGreaterThan(rejected + 2);
    expect(programmed()).toContain("Address already in use");
    holder.close();
    await expect.poll(async () => answerOf(port, "/x", { host: "one.example.com" })).toBe("200 a /x");
    await expect.poll(programmed).toBe("AllNodes: programmed on 1 of 1 node");
  });
});
