import type { Declaration } from "./declaration.js";

const mask = "********";

/** A value as it may be shown: secrets masked, and passwords within connection strings also where nobody declared them. */
export function shownText({ secret }: Declaration, text: string): string {
  const masked = maskPasswords(text);
  if (!secret || text === "") return masked;
  // A connection string without its password tells where it leads, which is what people look for.
  return isConnectionString(text) ? masked : mask;
}

/** The text with every password masked: in the user part of URLs, and as `password=…` in URLs or libpq words. */
export function maskPasswords(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)\S*@/gi, `$1${mask}@`)
    .replaceAll(/\b((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&'"]+)/gi, `$1${mask}`);
}

function isConnectionString(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^\s*[a-z_]+\s*=/i.test(text);
}
