import { createHash } from "node:crypto";
import { Ping, Pong } from "@protomesh/core/api";

/** The part of the gateway's event for a gRPC call that this function reads. */
interface GrpcEvent {
  /** The full method. */
  readonly path: string;
  /** The request message, base64. */
  readonly body: string;
}

/**
 * The example gRPC service `protomesh.services.v1.PingPongService` as a Lambda function: the gateway hands over the
 * request message as it came, and sends the bytes of the answer's body as the response message.
 */
export function handler(event: GrpcEvent): object {
  if (!event.path.endsWith("/DoPing")) return { statusCode: 501, body: `no such method: ${event.path}` };
  const ping = Ping.decode(Buffer.from(event.body, "base64"));
  const sha256Sum = createHash("sha256").update(ping.nonce).digest("base64url");
  return {
    statusCode: 200,
    body: Buffer.from(Pong.encode({ sha256Sum }).finish()).toString("base64"),
    isBase64Encoded: true,
  };
}
