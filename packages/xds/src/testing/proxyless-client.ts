import { Client, credentials } from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";
import { createInterface } from "node:readline";

/*
 * A gRPC client that finds its services by xDS, without a proxy. It runs as a process of its own, as grpc-js-xds keeps its
 * state in the process and reads its bootstrap from the environment. Each line that it is told is a target and a method,
 * each line that it says is the answer, or the error.
 */
register();
const clients = new Map<string, Client>();

for await (const line of createInterface({ input: process.stdin })) {
  const [target = "", method = ""] = line.split(" ");
  process.stdout.write(`${await call(clientOf(target), method)}\n`);
}
for (const client of clients.values()) client.close();
// Its channel to the xDS server would keep the process alive.
process.exit(0);

function clientOf(target: string): Client {
  const known = clients.get(target);
  if (known !== undefined) return known;
  const client = new Client(target, credentials.createInsecure());
  clients.set(target, client);
  return client;
}

async function call(client: Client, method: string): Promise<string> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, asIs, asIs, Buffer.alloc(0), { deadline: Date.now() + 5_000 }, (error, answer) => {
      resolve(error === null ? `${answer?.toString()}` : `error ${error.code} ${error.details.replaceAll("\n", " ")}`);
    });
  });
}
