import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { freePort } from "@protomesh/testing";
import { onTestFinished } from "vitest";
import type { Asked } from "./any-request.js";

/** What an HTTP request was answered with. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** One request to an address, on a connection of its own, with the path and the host as they are. */
export async function ask(address: string, { port, method, host, path }: Asked): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: address, port, method, path, agent: false, headers: { host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body: String(response.headers["x-upstream"] ?? Buffer.concat(chunks)),
        }),
      );
      response.on("error", reject);
    });
    call.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve({ status: 0, body: "refused" });
      else reject(error);
    });
    call.end();
  });
}

/** A server that tells, in a header so that HEAD has it too, where it is and what it was asked for. */
export async function startUpstream(): Promise<number> {
  const port = await freePort();
  const server: Server = createServer((asked, response) => {
    response.setHeader("x-upstream", `${port} ${asked.url}`);
    response.end();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return port;
}
