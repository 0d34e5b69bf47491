import { Client, credentials, Metadata, type CallOptions, type ServiceError, type StatusObject } from "@grpc/grpc-js";

const identity = (bytes: Buffer): Buffer => bytes;

/** What a gRPC call gave, whole. */
export interface CallResult {
  readonly messages: readonly Buffer[];
  readonly metadata: Metadata | undefined;
  readonly status: StatusObject;
}

/** A call of grpc-js with bytes for messages, by a server streaming call, which unary methods answer as well. */
export async function grpcCall(
  address: string,
  method: string,
  message: Uint8Array = Buffer.alloc(0),
  {
    metadata = {},
    ...options
  }: { metadata?: Record<string, string | Buffer | (string | Buffer)[]> } & CallOptions = {},
): Promise<CallResult> {
  const client = new Client(address, credentials.createInsecure());
  const sent = new Metadata();
  for (const [name, values] of Object.entries(metadata)) for (const value of [values].flat()) sent.add(name, value);
  try {
    return await new Promise((resolve) => {
      const messages: Buffer[] = [];
      let received: Metadata | undefined;
      const call = client.makeServerStreamRequest(method, identity, identity, Buffer.from(message), sent, options);
      call.on("metadata", (each: Metadata) => void (received = each));
      call.on("data", (each: Buffer) => messages.push(each));
      // The status says the same and more.
      call.on("error", (_error: ServiceError) => undefined);
      call.on("status", (status: StatusObject) => resolve({ messages, metadata: received, status }));
    });
  } finally {
    client.close();
  }
}
