import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { listen } from "@protomesh/core";
import { policy, startGateway, type RunningGateway } from "../../serve/testing/running-gateway.js";
import { conformanceFunctions } from "./conformance-function.js";
import { encoded, Fields } from "./wire.js";

/** Answers the runner, one connection for each server that it asks for. */
export interface ConformanceServer extends AsyncDisposable {
  /** What the runner starts as its server: it hands on to this process what the runner tells it, and back. */
  readonly command: readonly string[];
}

/** A program for the runner that is nothing but a way to us: it lives as long as the runner lets it. */
const relay = `const socket = require("node:net").connect(PORT, "127.0.0.1");
process.stdin.pipe(socket, { end: false });
socket.pipe(process.stdout);
process.on("SIGTERM", () => process.exit(0));`;

/** Serves ConformanceService by a gateway before the Lambda endpoint, set up as the runner asks. */
export async function startConformanceServer(): Promise<ConformanceServer> {
  const sockets = new Set<Socket>();
  const ending = new Set<Promise<void>>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    // The runner ends a server by ending its program: the connection breaks.
    socket.on("error", () => undefined);
    const served = serve(socket).finally(() => sockets.delete(socket));
    ending.add(served);
  });
  const address = await listen(server, "127.0.0.1:0");
  const port = address.slice(address.lastIndexOf(":") + 1);
  return {
    command: [process.execPath, "-e", relay.replace("PORT", port)],
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(ending);
      await closed;
    },
  };
}

async function serve(socket: Socket): Promise<void> {
  const request = new Fields(await readSized(socket));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const { gateway, certificate } = await gatewayFor(request);
  const port = Number(gateway.address.slice(gateway.address.lastIndexOf(":") + 1));
  const answer = encoded({ 1: "127.0.0.1", 2: port, 3: certificate });
  const size = Buffer.alloc(4);
  size.writeUInt32BE(answer.length);
  socket.write(Buffer.concat([size, answer]));
  await closed;
  await gateway[Symbol.asyncDispose]();
}

/** A message of the runner's, after its length. */
async function readSized(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.length < 4 ? Infinity : 4 + bytes.readUInt32BE(0);
      if (bytes.length >= end) resolve(bytes.subarray(4, end));
    });
    socket.once("close", () => reject(new Error("the runner said nothing")));
  });
}

/** The gateway that a ServerCompatRequest asks for. */
async function gatewayFor(request: Fields): Promise<{ gateway: RunningGateway; certificate: Uint8Array | undefined }> {
  const credentials = request.number(4) === 0 ? undefined : request.message(7);
  const clientCa = request.bytes(5);
  const limit = request.number(6);
  const certificate = credentials?.bytes(1);
  const gateway = await startGateway({
    functions: conformanceFunctions,
    policies: [method("Unary", "unary", false), method("ServerStream", "server-stream", true)],
    ...(limit > 0 && { settings: { maxMessageBytes: limit } }),
    ...(credentials !== undefined && {
      tls: {
        cert: Buffer.from(certificate ?? []),
        key: Buffer.from(credentials.bytes(2) ?? []),
        ca: clientCa === undefined || clientCa.length === 0 ? undefined : Buffer.from(clientCa),
      },
    }),
  });
  return { gateway, certificate };
}

function method(name: string, functionName: string, streams: boolean) {
  return policy({
    match: {
      protocol: "grpc",
      method: "*",
      path: `/connectrpc.conformance.v1.ConformanceService/${name}`,
      exact: true,
    },
    chain: [{ functionName, qualifier: undefined }],
    setsGrpcStatus: true,
    streams,
  });
}
