import { once } from "node:events";
import { connect as http2Connect } from "node:http2";
import { Agent, get } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { connect as tlsConnect } from "node:tls";
import { expect, test } from "vitest";
import { startGateway } from "./testing/running-gateway.js";
import { testCertificate } from "@protomesh/testing";

const functions = { hello: () => ({ body: "hello" }) };

test("HTTP/2 by ALPN", async () => {
  const tls = testCertificate();
  await using running = await startGateway({ functions, tls });
  const session = http2Connect(running.url, { ca: tls.cert });
  const stream = session.request({ ":path": "/hello" });
  expect(await text(stream)).toBe("hello");
  expect(session.alpnProtocol).toBe("h2");
  session.close();
});

test("HTTP/1.1 by ALPN, and without ALPN", async () => {
  const tls = testCertificate();
  await using running = await startGateway({ functions, tls });
  const agent = new Agent({ ca: tls.cert });
  const [response] = (await once(get(`${running.url}/hello`, { agent }), "response")) as [IncomingMessage];
  expect([response.httpVersion, await text(response)]).toEqual(["1.1", "hello"]);
  agent.destroy();
});

test("plaintext is refused where TLS is on", async () => {
  const tls = testCertificate();
  await using running = await startGateway({ functions, tls });
  await expect(fetch(`http://${running.address}/hello`)).rejects.toThrow("fetch failed");
});

test("with a CA bundle, a client without a certificate is refused", async () => {
  const tls = testCertificate();
  await using running = await startGateway({ functions, tls: { ...tls, ca: tls.cert } });
  const [host = "", port = ""] = running.address.split(":");
  const socket = tlsConnect({ host, port: Number(port), ca: tls.cert, ALPNProtocols: ["h2"] });
  const [error] = (await once(socket.resume(), "error")) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/CERTIFICATE|ECONNRESET/);
});
