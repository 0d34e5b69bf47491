import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";

/** A request that somebody may send, as far as it decides who answers. */
export interface AskedRequest {
  readonly protocol: "http" | "grpc";
  /** In capitals; of a gRPC call always POST. */
  readonly method: string;
  /** As a client sends it, in lower case and without a port; undefined: one that no policy names. */
  readonly host: string | undefined;
  /** Which port the client goes to; undefined: it is not known. */
  readonly port: number | undefined;
  /** Whether the port was named, and not only meant by `http:` or `https:`. */
  readonly isPortNamed: boolean;
  readonly tls: boolean;
  /** As clients send it, without the query; of a gRPC call the full method. */
  readonly path: string;
  /** From its `?` on; empty: none. */
  readonly query: string;
  /** Those that policies may ask for; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const expected =
  "a URL (http://HOST[:PORT]/PATH), a path after a method (GET /PATH), or a gRPC method (/pkg.Service/Method)";

/**
 * Reads `URL`, `METHOD URL`, `METHOD /PATH` or `/pkg.Service/Method`.
 * @param authority HOST[:PORT] for where the words name none
 * @param headers `NAME: VALUE` each
 * @throws Failure saying what was expected
 */
export function askedRequest(
  words: readonly string[],
  authority: string | undefined,
  headers: readonly string[] = [],
): AskedRequest {
  return { ...requestIn(words, authority), headers: headers.map(headerIn) };
}

function headerIn(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^([^\s:]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new Failure(exitCode.usage, `${JSON.stringify(text)} is no header`, { next: 'give "NAME: VALUE".' });
  }
  return [name.toLowerCase(), value.trim()];
}

function requestIn(words: readonly string[], authority: string | undefined): Omit<AskedRequest, "headers"> {
  const target = words.at(-1) ?? "";
  const named = words.length === 2 ? words[0] : undefined;
  if (words.length > 2 || (named !== undefined && !/^[A-Za-z]+$/.test(named))) throw notUnderstood(words);
  const method = (named ?? "GET").toUpperCase();
  if (method === "CONNECT") throw new Failure(exitCode.usage, "CONNECT asks for no path, and no policy takes it");
  const isGrpc = named === undefined && /^\/[\w.]+\/\w+$/.test(target);
  if (target.startsWith("/")) {
    if (named === undefined && !isGrpc) throw notUnderstood(words);
    const url = urlOf(`http://${authority ?? "host.invalid"}${target}`, words);
    const { host, port, ...rest } = requestOf(url, {
      protocol: isGrpc ? "grpc" : "http",
      method: isGrpc ? "POST" : method,
    });
    const isPortNamed = url.port !== "";
    return {
      ...rest,
      host: authority === undefined ? undefined : host,
      port: isPortNamed ? port : undefined,
      isPortNamed,
    };
  }
  if (!/^https?:\/\//i.test(target)) throw notUnderstood(words);
  return requestOf(urlOf(target, words), { protocol: "http", method });
}

function requestOf(
  url: URL,
  { protocol, method }: Pick<AskedRequest, "protocol" | "method">,
): Omit<AskedRequest, "headers"> & { readonly host: string; readonly port: number } {
  const tls = url.protocol === "https:";
  return {
    protocol,
    method,
    host: url.hostname,
    port: url.port === "" ? (tls ? 443 : 80) : Number(url.port),
    isPortNamed: url.port !== "",
    tls,
    path: url.pathname,
    query: url.search,
  };
}

function urlOf(text: string, words: readonly string[]): URL {
  if (!URL.canParse(text)) throw notUnderstood(words);
  return new URL(text);
}

function notUnderstood(words: readonly string[]): Failure {
  return new Failure(exitCode.usage, `${JSON.stringify(words.join(" "))} is no request that can be explained`, {
    next: `${meantBy(words)}give ${expected}.`,
  });
}

/** What was probably meant by a path alone, or by a URL as browsers and curl take it. */
function meantBy(words: readonly string[]): string {
  const target = words.at(-1) ?? "";
  const method = words.slice(0, -1).map((word) => `${word} `);
  if (target.startsWith("/")) return `did you mean GET ${target}? Else `;
  return /^[\w.-]+(:\d+$|(:\d+)?\/)/.test(target) ? `did you mean ${method.join("")}http://${target}? Else ` : "";
}
