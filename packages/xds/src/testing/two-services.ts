import { freePort, instanceSet, service } from "@protomesh/testing";
import type { Resource } from "@protomesh/core/api";
import { Environment } from "./environment.js";
import { startUpstream, type Upstream } from "./upstream.js";

/** The services `a` and `b`, each with one upstream that answers with its name, and a free port for an ingress before them. */
export interface TwoServices {
  readonly environment: Environment;
  readonly port: number;
  readonly a: Upstream;
  readonly b: Upstream;
  stop(): Promise<void>;
}

/**
 * @param declared what else is declared from the beginning
 * @param settings of the xDS server
 */
export async function startTwoServices(
  declared: (port: number) => readonly Resource[],
  settings: Record<string, unknown> = {},
): Promise<TwoServices> {
  const [a, b, port] = await Promise.all([startUpstream("a"), startUpstream("b"), freePort()]);
  const services = [service({ name: "a" }), instances("a", a.port), service({ name: "b" }), instances("b", b.port)];
  const environment = await Environment.start([...declared(port), ...services], settings);
  const stop = async () => {
    await environment.stop();
    await Promise.all([a.stop(), b.stop()]);
  };
  return { environment, port, a, b, stop };
}

/** One instance of a service, on this host. */
export function instances(serviceName: string, port: number, address = "127.0.0.1"): Resource {
  return instanceSet({ name: serviceName, spec: { instances: [{ address, port }] } });
}

/** A service whose instances speak HTTP/2. */
export function http2Service(name: string): Resource {
  return service({ name, spec: { instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } } });
}
