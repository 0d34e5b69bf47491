import { connect } from "node:http2";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { Ping, PingPongServiceService, type Pong } from "@protomesh/core/api";

/** What an HTTP request was answered with. */
export interface HttpAnswer {
  readonly code: number;
  readonly body: string;
}

/** GET by HTTP/1.1, on a connection of its own. A server that is not there, or cuts the connection, is code 0. */
export async function get(address: string, path: string): Promise<HttpAnswer> {
  try {
    const response = await fetch(`http://${address}${path}`, { headers: { connection: "close" } });
    return { code: response.status, body: await response.text() };
  } catch (error) {
    if (error instanceof TypeError) return { code: 0, body: String(error.cause) };
    throw error;
  }
}

/** GET by HTTP/2 without TLS, by prior knowledge. */
export async function getByHttp2(address: string, path: string): Promise<HttpAnswer> {
  const session = connect(`http://${address}`);
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({ ":path": path });
      let code = 0;
      const chunks: Buffer[] = [];
      stream.on("response", (headers) => (code = Number(headers[":status"])));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("end", () => resolve({ code, body: Buffer.concat(chunks).toString() }));
    });
  } finally {
    session.close();
  }
}

/** Calls the example service. */
export async function doPing(address: string, nonce: string): Promise<Pong> {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = PingPongServiceService.doPing;
  try {
    return await new Promise<Pong>((resolve, reject) => {
      const done = (error: ServiceError | null, pong?: Pong): void => {
        if (error === null && pong !== undefined) resolve(pong);
        else reject(error ?? new Error("no answer"));
      };
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        Ping.fromPartial({ nonce }),
        new Metadata(),
        { deadline: Date.now() + 5_000 },
        done,
      );
    });
  } finally {
    client.close();
  }
}
