/** An Envoy, or another client of xDS, as the server that it is connected to tells of it. */
export interface EnvoyRecord {
  readonly id: string;
  readonly cluster: string;
  /** Such as `sotw ads`. */
  readonly transport: string;
  /** The newest revision up to which it has everything; undefined: it never had. */
  readonly revision: bigint | undefined;
  /** When it went away; undefined: it is connected. */
  readonly gone: string | undefined;
  /** Why it refused something, in its words; undefined: it did not. */
  readonly rejection: string | undefined;
}

/** The records in an instance's details, which are JSON; of anything else: none, as a newer server may write it otherwise. */
export function envoysIn(text: string): readonly EnvoyRecord[] {
  const records = parsed(text);
  return Array.isArray(records) ? records.flatMap(recordOf) : [];
}

function recordOf(value: unknown): readonly EnvoyRecord[] {
  if (!isRecord(value)) return [];
  const { id, cluster, transport, revision, gone, rejection } = value;
  const message = isRecord(rejection) ? rejection["message"] : undefined;
  return [
    {
      id: textOf(id) ?? "",
      cluster: textOf(cluster) ?? "",
      transport: textOf(transport) ?? "",
      revision: typeof revision === "number" && Number.isSafeInteger(revision) ? BigInt(revision) : undefined,
      gone: textOf(gone),
      rejection: textOf(message),
    },
  ];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
