import type { FleetNode } from "./fleet.js";
import type { LastRejection } from "./node-state.js";

/** As many nodes are named in an instance's status; of the rest there are the numbers. */
const mostNamed = 100;
/** As much of a rejection's text, in characters. */
const longestMessage = 300;

/** A node as an instance tells of it. */
interface NodeRecord {
  readonly id: string;
  readonly cluster: string;
  readonly transport: string;
  /** When it came. */
  readonly since: string;
  /** The newest revision of the namespace up to which it had everything; null: it never had. */
  readonly revision: number | null;
  /** When it went away; left out: it is connected. */
  readonly gone?: string;
  readonly rejection?: { readonly at: string; readonly message: string };
}

/** What turns the fleet's clock into time of day. */
export type TimeOf = (ms: number) => Date;

/**
 * What an instance tells of its nodes: `connected` and `gone`, the numbers, and `nodes`, those that came last, as JSON.
 * Those that came last, because other instances learn from it which nodes have moved there.
 */
export function instanceDetailsOf(nodes: readonly FleetNode[], timeOf: TimeOf): Readonly<Record<string, string>> {
  const gone = nodes.filter(({ goneAtMs }) => goneAtMs !== undefined).length;
  return {
    connected: `${nodes.length - gone}`,
    gone: `${gone}`,
    nodes: JSON.stringify(nodes.slice(0, mostNamed).map((node) => nodeRecordOf(node, timeOf))),
  };
}

/** The ids of the nodes that are connected to an instance, as far as it names them. Of what is no such record: none. */
export function connectedIn(details: Readonly<Record<string, string>>): readonly string[] {
  const records = parsed(details["nodes"] ?? "[]");
  if (!Array.isArray(records)) return [];
  return records.flatMap((record: unknown) => (isConnected(record) ? [record.id] : []));
}

export function nodeRecordOf({ state, revision, goneAtMs }: FleetNode, timeOf: TimeOf): NodeRecord {
  const { identity, sinceMs, streams } = state;
  const rejection = newest(streams.flatMap(({ rejections }) => [...rejections.values()]));
  return {
    id: identity.id,
    cluster: identity.cluster,
    transport: [...new Set(streams.map(({ transport }) => transport))].sort().join(", "),
    since: timeOf(sinceMs).toISOString(),
    revision: revision === undefined ? null : Number(revision),
    ...(goneAtMs !== undefined && { gone: timeOf(goneAtMs).toISOString() }),
    ...(rejection && {
      rejection: { at: rejection.at.toISOString(), message: rejection.message.slice(0, longestMessage) },
    }),
  };
}

function newest(rejections: readonly LastRejection[]): LastRejection | undefined {
  return rejections.reduce<LastRejection | undefined>(
    (last, rejection) => (last !== undefined && last.at > rejection.at ? last : rejection),
    undefined,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isConnected(record: unknown): record is { readonly id: string } {
  return (
    typeof record === "object" &&
    record !== null &&
    "id" in record &&
    typeof record.id === "string" &&
    !("gone" in record)
  );
}
