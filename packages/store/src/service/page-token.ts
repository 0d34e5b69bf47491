import { canonicalId } from "@protomesh/core";

/** Where a list goes on: at which revision of which history, after which id, and what it chooses from. */
export interface PageToken {
  readonly revision: bigint;
  readonly history: string;
  readonly afterId: string;
  /** The same for requests that choose alike. */
  readonly choice: string;
}

export function encodePageToken({ revision, history, afterId, choice }: PageToken): string {
  return Buffer.from(JSON.stringify([String(revision), history, afterId, choice])).toString("base64url");
}

/** undefined where the text is no token of ours. */
export function decodePageToken(token: string): PageToken | undefined {
  const parts = parsed(Buffer.from(token, "base64url").toString());
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [revision, history, afterId, choice] = parts.map((part: unknown) => (typeof part === "string" ? part : ""));
  if (revision === undefined || !/^\d{1,19}$/.test(revision) || history === undefined || choice === undefined) {
    return undefined;
  }
  if (afterId === undefined || canonicalId(afterId) !== afterId) return undefined;
  return { revision: BigInt(revision), history, afterId, choice };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
