import { table } from "../section.js";

/** One row of the report. */
export interface Figure {
  readonly what: string;
  readonly goal: string;
  readonly got: string;
  /** Whether the goal was reached; undefined where there is none. */
  readonly met: boolean | undefined;
  /** A peer's figure in the same run, or what else belongs beside it. */
  readonly beside: string;
  /** What kept it from being better. */
  readonly limit: string;
}

export function figureTable(figures: readonly Figure[]): string {
  return table(
    ["what", "goal", "got", "met", "beside it", "limit"],
    figures.map(({ what, goal, got, met, beside, limit }) => [what, goal, got, verdict(met), beside, limit]),
  );
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return "";
  return met ? "yes" : "**no**";
}

/** 12345.6 → `12,346` */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

/** Milliseconds with as many digits as say something. */
export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
