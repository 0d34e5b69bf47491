/** One domain of one ingress, or one host that is asked for there. */
export interface HostOfIngress {
  readonly ingressName: string;
  /** In lower case, without a port: a host name, `*.suffix`, `*`, or an address, IPv6 in brackets. */
  readonly host: string;
}

/** `<ingress>/<domain>`, also for the resource by which Envoy asks. Ingress names may have slashes, domains have none. */
export function virtualHostNameOf({ ingressName, host }: HostOfIngress): string {
  return `${ingressName}/${host}`;
}

/**
 * The host that is asked for by a name such as `public/example.com:8080` or `public/[::1]:80`. Undefined for a name that
 * is of no ingress.
 */
export function hostAskedFor(name: string): HostOfIngress | undefined {
  const slash = name.lastIndexOf("/");
  if (slash === -1) return undefined;
  const host = name.slice(slash + 1).replace(/(?<=^[^:]*|\]):\d*$/, "");
  return { ingressName: name.slice(0, slash), host: host.toLowerCase() };
}

/** The wildcards that stand in for a domain where it is not declared: the narrowest first. */
export function* widerDomains(domain: string): Iterable<string> {
  if (domain === "*") return;
  const name = domain.startsWith("*.") ? domain.slice(2) : domain;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) yield `*${name.slice(dot)}`;
  yield "*";
}

/** Whether a declared domain lies below a wildcard, so that Envoy, knowing only that one, would use it in its place. */
export function isBelow(domain: string, wildcard: string): boolean {
  if (domain === wildcard || !wildcard.startsWith("*")) return false;
  return wildcard === "*" || domain.endsWith(wildcard.slice(1));
}
