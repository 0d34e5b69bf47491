type Pairs = readonly (readonly [name: string, value: string])[];

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The values of each name in order; the names in the order in which they first came. */
export type ValuesByName = ReadonlyMap<string, readonly string[]>;

export function valuesOf(pairs: Pairs): ValuesByName {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

/** The host without its port, and the label it begins with. */
export function domainOf(authority: string): { readonly domainName: string; readonly domainPrefix: string } {
  const domainName = authority.replace(/:\d+$/, "");
  const dot = domainName.indexOf(".");
  return { domainName, domainPrefix: dot < 0 ? domainName : domainName.slice(0, dot) };
}

let lastTime = { second: -1, text: "" };

/** A time as Apache's logs and API Gateway write it, such as `12/Mar/2020:19:03:58 +0000`; made once in a second. */
export function requestTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1_000);
  if (second !== lastTime.second) lastTime = { second, text: timeText(new Date(epochMs)) };
  return lastTime.text;
}

function timeText(at: Date): string {
  const date = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${date}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
