const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const wholeText = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const oneTerm = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Reads a duration as Go's `time.ParseDuration` does: `300ms`, `1m30s`, `1.5h`, `0`.
 * @returns milliseconds; undefined when the text is no duration
 */
export function parseDurationMs(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = wholeText.exec(text);
  if (match === null) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of (match[2] ?? "").matchAll(oneTerm)) {
    milliseconds += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  }
  return match[1] === "-" ? -milliseconds : milliseconds;
}
