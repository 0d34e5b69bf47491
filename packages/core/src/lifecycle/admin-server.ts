import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ProgramScope } from "./program-scope.js";
import { listen } from "./listen.js";

/**
 * The HTTP port for operators and probes: `/healthz` (the process answers), `/readyz` (200 when every part is ready, else
 * 503 and why), `/metrics` (Prometheus), `/status` (JSON).
 * @param address host:port
 */
export async function startAdminServer(scope: ProgramScope, address: string): Promise<void> {
  const server = createServer((request, response) => {
    answer(scope, request, response).catch((error: unknown) => {
      scope.log.error({ err: error, path: request.url }, "admin request failed");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const bound = await listen(server, address);
  scope.own("admin port", async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  scope.listening("admin", bound);
}

async function answer(scope: ProgramScope, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  switch (new URL(request.url ?? "/", "http://admin").pathname) {
    case "/healthz":
      json(response, 200, { alive: true });
      return;
    case "/readyz":
      json(response, scope.readinessNow.ready ? 200 : 503, scope.readinessNow);
      return;
    case "/status":
      json(response, 200, scope.describe());
      return;
    case "/metrics":
      response.writeHead(200, { "content-type": scope.metrics.contentType }).end(await scope.metrics.metrics());
      return;
    default:
      json(response, 404, { paths: ["/healthz", "/readyz", "/metrics", "/status"] });
  }
}

function json(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2);
  response.writeHead(code, { "content-type": "application/json" }).end(`${text}\n`);
}
