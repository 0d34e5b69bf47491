import { parseAddress } from "@protomesh/core";
import { parse } from "yaml";
import { examplePorts, withPorts } from "./example.js";

/** The example's bootstrap with its management server on another port, and its admin server at `admin`. */
export function envoyBootstrap(example: string, xdsPort: number, admin: string): Record<string, unknown> {
  const bootstrap: unknown = parse(withPorts(example, new Map([[examplePorts.xds, xdsPort]])));
  if (typeof bootstrap !== "object" || bootstrap === null) throw new Error("Envoy's bootstrap holds no mapping");
  const { host, port } = parseAddress(admin);
  return { ...bootstrap, admin: { address: { socket_address: { address: host, port_value: port } } } };
}
