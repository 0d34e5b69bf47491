const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** The longest time that a timer of Node's can wait. */
export const longestTimerMs = 2 ** 31 - 1;

/** Reads a `grpc-timeout`, one to eight digits and a unit, into milliseconds; undefined where it is not one. */
export function timeoutMsOf(text: string): number | undefined {
  const match = /^([0-9]{1,8})([HMSmun])$/.exec(text);
  const unit = unitMs[match?.[2] ?? ""];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** Writes a `grpc-timeout`: whole milliseconds, rounded down, in the smallest unit that eight digits hold. */
export function timeoutText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms));
  if (whole < 1e8) return `${whole}m`;
  const seconds = Math.floor(whole / 1_000);
  return seconds < 1e8 ? `${seconds}S` : `${Math.min(Math.floor(seconds / 60), 99_999_999)}M`;
}
