import { nearestName } from "@protomesh/core";

/** What a context, or the variables, say of the store; as the flags of the same names. */
export interface Context {
  /** host:port, or a gRPC target. */
  readonly server?: string;
  readonly namespace?: string;
  readonly tls?: boolean;
  /** PEM files. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** Says who calls; only variables and contexts give it itself, as command lines are seen by others. */
  readonly token?: string;
  readonly tokenFile?: string;
  /** Who writes, as the history tells it; undefined: this machine's user. */
  readonly author?: string;
}

export interface Contexts {
  /** The one that is used where none is named. */
  readonly current: string | undefined;
  readonly contexts: ReadonlyMap<string, Context>;
}

export const contextTexts = [
  "server",
  "namespace",
  "ca",
  "cert",
  "key",
  "serverName",
  "token",
  "tokenFile",
  "author",
] as const;
const contextKeys: readonly string[] = [...contextTexts, "tls"];

/** Reads a context file's content, or tells everything that is wrong with it. */
export function readContexts(content: unknown): Contexts | { readonly mistakes: readonly string[] } {
  if (content === null || content === undefined) return { current: undefined, contexts: new Map() };
  if (!isRecord(content)) return { mistakes: ["expected the keys current and contexts"] };
  const { current, contexts = {} } = content;
  const mistakes = [...unknownKeys(content, ["current", "contexts"], "")];
  if (current !== undefined && typeof current !== "string") {
    mistakes.push(`current: ${JSON.stringify(current)}, expected the name of a context`);
  }
  if (!isRecord(contexts)) mistakes.push("contexts: expected contexts by name");
  const read = new Map<string, Context>();
  for (const [name, value] of Object.entries(isRecord(contexts) ? contexts : {})) {
    mistakes.push(...contextMistakes(value, `contexts.${name}`));
    if (isRecord(value)) read.set(name, value);
  }
  if (mistakes.length > 0) return { mistakes };
  return { current: typeof current === "string" ? current : undefined, contexts: read };
}

function contextMistakes(value: unknown, path: string): readonly string[] {
  if (!isRecord(value)) return [`${path}: expected the keys ${contextKeys.join(", ")}`];
  const texts = contextTexts
    .filter((key) => value[key] !== undefined && typeof value[key] !== "string")
    .map((key) => `${path}.${key}: ${key === "token" ? "not text" : JSON.stringify(value[key])}, expected text`);
  const { tls } = value;
  const isTls = tls === undefined || typeof tls === "boolean";
  return [
    ...unknownKeys(value, contextKeys, `${path}.`),
    ...texts,
    ...(isTls ? [] : [`${path}.tls: ${JSON.stringify(tls)}, expected true or false`]),
  ];
}

function unknownKeys(value: object, known: readonly string[], path: string): readonly string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const nearest = nearestName(key, known);
      const meant = nearest === undefined ? `expected ${known.join(", ")}` : `did you mean ${nearest}?`;
      return `${path}${key}: is no key; ${meant}`;
    });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
