import { Agent, request } from "node:http";
import type { ResourceStoreClient } from "@protomesh/core/api";
import { distributionOf, type Distribution } from "../distribution.js";
import { declaredRoute } from "./declared.js";
import { put } from "./put.js";

/** Put acknowledged → Envoy serves the new route, asked for over one kept connection until it is not 404 any more. */
export async function envoyLatency(
  store: ResourceStoreClient,
  ingressPort: number,
  repetitions: number,
): Promise<Distribution> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const samples: number[] = [];
  try {
    // The listener, the cluster and their first connections are not what is measured.
    await served(store, agent, ingressPort, "/warm-up");
    for (let index = 0; index < repetitions; index++) {
      samples.push(await served(store, agent, ingressPort, `/served-${index}`));
    }
  } finally {
    agent.destroy();
  }
  return distributionOf(samples);
}

const patienceMs = 10_000;

async function served(store: ResourceStoreClient, agent: Agent, port: number, path: string): Promise<number> {
  const { ackedAt } = await put(store, declaredRoute(path));
  for (;;) {
    const code = await codeOf(agent, port, path);
    const took = performance.now() - ackedAt;
    if (code === 200) return took;
    if (took > patienceMs) throw new Error(`${path} is still answered ${code} after ${patienceMs} ms`);
  }
}

/** 0: nobody listens yet. */
async function codeOf(agent: Agent, port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: "127.0.0.1", port, path }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNREFUSED" ? resolve(0) : reject(error)));
    call.end();
  });
}
