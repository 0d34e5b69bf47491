import { randomBytes } from "node:crypto";

/** What stores tell each other of the database's content over NOTIFY. None of it is relied upon. */
export type Notice =
  /** A namespace's stream is at least at this revision. */
  | { readonly about: "changes"; readonly namespace: string; readonly revision: bigint }
  /** A namespace's statuses are at least at this revision of their own clock. */
  | { readonly about: "statuses"; readonly namespace: string; readonly revision: bigint };

/** A small message to whoever listens now; it is nowhere but in its notification. */
export interface Signal {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** All that a notification may say. */
export type Notification = Notice | ({ readonly about: "signal" } & Signal);

/** The one channel; PostgreSQL keeps those of different databases apart. */
export const channel = "protomesh";

const letters = { changes: "c", statuses: "s" } as const;

/** `c:NAMESPACE:REVISION` or `s:NAMESPACE:REVISION`; at most 8,000 bytes, as PostgreSQL demands. */
export function encodeNotice({ about, namespace, revision }: Notice): string {
  return `${letters[about]}:${namespace}:${revision}`;
}

/**
 * `p:NONCE:TOPIC:PAYLOAD`, the last two in base64: the 512 and 4,096 bytes that they may have fit into 8,000. The nonce keeps
 * PostgreSQL from taking two equal signals of one transaction for one.
 */
export function encodeSignal({ topic, payload }: Signal): string {
  const parts = [randomBytes(6), Buffer.from(topic), Buffer.from(payload)];
  return `p:${parts.map((part) => part.toString("base64")).join(":")}`;
}

/** undefined where another program uses the channel, too. */
export function decodeNotification(text: string): Notification | undefined {
  return decodeSignal(text) ?? decodeNotice(text);
}

function decodeSignal(text: string): Notification | undefined {
  const parts = /^p:[A-Za-z0-9+/=]+:(?<topic>[A-Za-z0-9+/=]+):(?<payload>[A-Za-z0-9+/=]*)$/.exec(text)?.groups;
  const topic = parts?.["topic"];
  if (topic === undefined) return undefined;
  const payload = Buffer.from(parts?.["payload"] ?? "", "base64");
  return { about: "signal", topic: Buffer.from(topic, "base64").toString(), payload };
}

function decodeNotice(text: string): Notice | undefined {
  const match = /^(?<letter>[cs]):(?<namespace>.+):(?<revision>\d{1,19})$/.exec(text)?.groups;
  const namespace = match?.["namespace"];
  const revision = match?.["revision"];
  if (namespace === undefined || revision === undefined) return undefined;
  return { about: match?.["letter"] === "c" ? "changes" : "statuses", namespace, revision: BigInt(revision) };
}
