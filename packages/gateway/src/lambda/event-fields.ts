type Pairs = readonly (readonly [name: string, value: string])[];

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** By name, the last of its values. */
export function lastValues(pairs: Pairs): Record<string, string> {
  // fromEntries, as an assignment to `__proto__` would be lost.
  return Object.fromEntries(pairs);
}

/** By name, all of its values in order. */
export function valuesOf(pairs: Pairs): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(values);
}

/** The host without its port, and the label it begins with. */
export function domainOf(authority: string): { readonly domainName: string; readonly domainPrefix: string } {
  const domainName = authority.replace(/:\d+$/, "");
  const dot = domainName.indexOf(".");
  return { domainName, domainPrefix: dot < 0 ? domainName : domainName.slice(0, dot) };
}

/** A time as Apache's logs and API Gateway write it, such as `12/Mar/2020:19:03:58 +0000`. */
export function requestTime(epochMs: number): string {
  const at = new Date(epochMs);
  const date = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${date}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
