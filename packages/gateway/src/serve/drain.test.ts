import { once } from "node:events";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { functions } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway } from "./testing/running-gateway.js";

test("HTTP/1.1: requests under way get their answers, and the port is closed", async () => {
  let release = (): void => undefined;
  const slow = async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return { body: "done" };
  };
  await using running = await startGateway({ functions: { slow } });
  const answers = [fetch(`${running.url}/slow`)];
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  const drained = running.front.drain(10_000);
  release();
  expect(await (await answers[0])?.text()).toBe("done");
  await drained;
  await expect(fetch(`${running.url}/slow`)).rejects.toThrow("fetch failed");
});

test("HTTP/2: GOAWAY at once, the call under way is answered", async () => {
  let release = (): void => undefined;
  const slow = async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return { body: "done" };
  };
  await using running = await startGateway({ functions: { slow } });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.slow/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  const goaway = once(raw.session, "goaway");
  const drained = running.front.drain(10_000);
  await goaway;
  release();
  expect(await answer).toMatchObject({ trailers: { "grpc-status": "0" } });
  await drained;
});

test("what does not end in time is broken off", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  await running.front.drain(50);
  expect((await answer).headers).toEqual({});
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});
