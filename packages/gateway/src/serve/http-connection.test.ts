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

test("a client gets its answer while it is still sending what is too much", async () => {
  await using running = await startGateway({ functions, settings: { maxBodyBytes: 1_000 } });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect(Number(port), host);
  const bytes = 8 * 1024 * 1024;
  socket.write(`POST /event HTTP/1.1\r\nhost: a\r\ncontent-length: ${bytes}\r\n\r\n`);
  socket.end(Buffer.alloc(bytes));
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, "close");
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(socket.writableFinished).toBe(true);
  expect(running.lambda.invocations).toEqual([]);
});

test("what is pipelined behind an answer that ends the connection is not carried out", async () => {
  await using running = await startGateway({ functions, settings: { maxBodyBytes: 3 } });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect(Number(port), host);
  socket.write("POST /event HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345");
  const answer = text(socket);
  await expect.poll(() => running.served.length).toBe(1);
  socket.end("67890GET /event HTTP/1.1\r\nhost: a\r\n\r\n");
  expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413"]);
  expect(running.lambda.invocations).toEqual([]);
});
