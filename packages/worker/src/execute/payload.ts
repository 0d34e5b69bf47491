/** A value as Temporal carries it. */
export interface Payload {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null;
  readonly data?: Uint8Array | null;
}

/** JSON text as every SDK reads it by default. */
export function jsonPayload(text: string): Payload {
  return { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from(text) };
}

/** The string that a payload holds; undefined where it holds anything else. */
export function textOfPayload(payload: Payload | undefined): string | undefined {
  const encoding = payload?.metadata?.["encoding"];
  if (payload?.data == null || encoding === undefined || Buffer.from(encoding).toString() !== "json/plain") {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(payload.data).toString());
    return typeof value === "string" ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
