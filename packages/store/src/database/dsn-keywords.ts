import { DsnError } from "./dsn-error.js";

/** The keywords of a connection string in either form, under libpq's names. */
export function keywordsOf(text: string): Map<string, string> {
  if (text.trim() === "") throw new DsnError("is empty, expected postgres://… or host=… port=… dbname=…");
  return /^postgres(ql)?:\/\//.test(text) ? fromUrl(text) : fromWords(text);
}

const url = /^postgres(?:ql)?:\/\/(?:(?<login>[^@/?]*)@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/;

/** WHATWG URLs allow one host only, so the parts are taken apart here. */
function fromUrl(text: string): Map<string, string> {
  const parts = url.exec(text)?.groups;
  if (parts === undefined) throw new DsnError("is no URL of the form postgres://user:password@host:port/database");
  const words = new Map<string, string>();
  const [user = "", ...password] = (parts["login"] ?? "").split(":");
  put(words, "user", decoded(user));
  put(words, "password", decoded(password.join(":")));
  const hosts = (parts["hosts"] ?? "").split(",").map(hostAndPort);
  put(words, "host", hosts.map(({ host }) => decoded(host)).join(","));
  if (hosts.some(({ port }) => port !== "")) put(words, "port", hosts.map(({ port }) => port || "5432").join(","));
  put(words, "dbname", decoded(parts["database"] ?? ""));
  for (const [key, value] of new URLSearchParams(parts["query"] ?? "")) put(words, key, value);
  return words;
}

function hostAndPort(text: string): { host: string; port: string } {
  const parts = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[^:]*))(?::(?<port>\d*))?$/.exec(text)?.groups;
  if (parts === undefined) throw new DsnError(`host: ${JSON.stringify(text)}, expected host:port`);
  return { host: parts["v6"] ?? parts["name"] ?? "", port: parts["port"] ?? "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new DsnError("holds a % that begins no escape, expected %25 for a bare %", { cause });
  }
}

function put(words: Map<string, string>, key: string, value: string): void {
  if (value !== "") words.set(key, value);
}

/** libpq's form: `key = value` with spaces as they come; `'…'` around a value that holds spaces, `\` before ' and \. */
const word = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;

function fromWords(text: string): Map<string, string> {
  const words = new Map<string, string>();
  let at = 0;
  while (text.slice(at).trim() !== "") {
    word.lastIndex = at;
    const match = word.exec(text);
    const [, key, quoted, bare] = match ?? [];
    if (key === undefined) {
      throw new DsnError(
        `cannot be read at character ${at + 1}, expected postgres://… or words such as host=localhost`,
      );
    }
    put(words, key, (quoted ?? bare ?? "").replaceAll(/\\(.)/g, "$1"));
    at = word.lastIndex;
  }
  return words;
}
