import { isScopable } from "@protomesh/xds";

/**
 * Which of an Envoy's virtual hosts takes a host: the one of exactly this name, else the one of the longest `*.SUFFIX` that
 * leaves something for the star, else `*`.
 * @param domains in lower case, each once
 * @param host without a port, in any case; undefined: one that no domain names
 */
export function domainFor(domains: Iterable<string>, host: string | undefined): string | undefined {
  const known = new Set(domains);
  const asked = host?.toLowerCase() ?? "";
  if (asked !== "" && asked !== "*" && known.has(asked)) return asked;
  const suffixes = [...known].filter((domain) => domain.startsWith("*.")).sort((a, b) => b.length - a.length);
  const suffix = suffixes.find((domain) => asked.length >= domain.length && asked.endsWith(domain.slice(1)));
  return suffix ?? (known.has("*") ? "*" : undefined);
}

/** As `domainFor`, of an ingress with a scope for each domain: only the domain that the host is, letter for letter. */
export function scopeFor(domains: Iterable<string>, host: string | undefined): string | undefined {
  return host !== undefined && isScopable(host) ? [...domains].find((domain) => domain === host) : undefined;
}
