type Pairs = readonly (readonly [name: string, value: string])[];

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** By name, the last of its values. */
export function lastValues(pairs: Pairs): Record<string, string> {
  const values = emptyRecord<string>();
  for (const [name, value] of pairs) values[name] = value;
  return values;
}

/** By name, all of its values in order. */
export function valuesOf(pairs: Pairs): Record<string, string[]> {
  const values = emptyRecord<string[]>();
  for (const [name, value] of pairs) {
    const known = values[name];
    if (known === undefined) values[name] = [value];
    else known.push(value);
  }
  return values;
}

/** Without a prototype, so that `__proto__` is a name like any other. */
function emptyRecord<V>(): Record<string, V> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what it says
  return Object.create(null) as Record<string, V>;
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
