import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startGateway } from "./testing/running-gateway.js";

const functions = { event: (event: unknown) => ({ body: JSON.stringify(event) }) };

test("a connection that says nothing is closed", async () => {
  await using running = await startGateway({ functions, limits: { sniffTimeoutMs: 20 } });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "close");
  expect(socket.bytesRead).toBe(0);
});

test("a request that does not arrive in time is given up", async () => {
  await using running = await startGateway({ functions, limits: { requestTimeoutMs: 50 } });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect(Number(port), host);
  socket.write("POST /event HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc");
  await once(socket.resume(), "close");
  expect(running.lambda.invocations).toEqual([]);
});

test("requests that come byte by byte and pipelined are answered in order", async () => {
  await using running = await startGateway({ functions });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect({ port: Number(port), host, noDelay: true });
  for (const byte of "GET /event?n=1 HTTP/1.1\r\nhost: a\r\n\r\n") socket.write(byte);
  socket.write("GET /event?n=2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  const answer = await text(socket);
  expect(answer.match(/\\?"n\\?":\\?"(\d)/g)?.length).toBeGreaterThan(0);
  expect(answer.indexOf('"n":"1"')).toBeLessThan(answer.indexOf('"n":"2"'));
});
