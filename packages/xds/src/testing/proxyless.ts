import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../../dist/testing/proxyless-client.js", import.meta.url));

/** gRPC as a client of the xDS server, without a proxy. */
export class ProxylessClient {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** @param xdsAddress where its bootstrap says that the xDS server is */
  constructor(xdsAddress: string, { cluster = "xds" }: { readonly cluster?: string } = {}) {
    const bootstrap = {
      xds_servers: [{ server_uri: xdsAddress, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
      node: { id: "proxyless", cluster, locality: {} },
    };
    const child = spawn(process.execPath, [client], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) },
    });
    this.#process = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Calls a method of a target, such as `xds:///billing`: what was answered, or `error` with code and details. */
  async call(target: string, method: string): Promise<string> {
    this.#process.stdin?.write(`${target} ${method}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error("the proxyless client has ended");
    return answer.value;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.stdin?.end();
    await exited;
  }
}
