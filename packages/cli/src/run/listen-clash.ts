import { parseAddress, type Address } from "@protomesh/core";

/** A port that a process is told to open. */
export interface Listening {
  /** The component that opens it, such as `store`. */
  readonly component: string;
  /** The setting that would change it for this component alone. */
  readonly ownKey: string;
  /** The setting that it comes from, or `default`. */
  readonly source: string;
  /** host:port */
  readonly address: string;
}

/**
 * What is wrong with opening these ports in one process: one line for each pair that would meet. Port 0 never meets another;
 * a wildcard host meets every host. An address that is none is left to the component to refuse.
 */
export function listenClashes(ports: readonly Listening[]): readonly string[] {
  return ports.flatMap((later, at) =>
    ports.slice(0, at).flatMap((earlier) => (meet(earlier.address, later.address) ? [clashText(earlier, later)] : [])),
  );
}

function clashText(earlier: Listening, later: Listening): string {
  const given = (one: Listening): string => `${one.component} on ${one.address} (${one.source})`;
  return `${given(earlier)} and ${given(later)} would share a port: give each its own by ${earlier.ownKey} and ${later.ownKey}`;
}

function meet(one: string, other: string): boolean {
  const a = addressOf(one);
  const b = addressOf(other);
  if (a === undefined || b === undefined || a.port !== b.port || a.port === 0) return false;
  return a.host === b.host || isWildcard(a.host) || isWildcard(b.host);
}

function addressOf(text: string): Address | undefined {
  try {
    const { host, port } = parseAddress(text);
    return { host: host === "localhost" ? "127.0.0.1" : host, port };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
