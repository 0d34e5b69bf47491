import type { Styled } from "../output/styled.js";
import { liveText } from "./live-text.js";
import { verdictOf, type Progress } from "./wait-until-live.js";

export interface Waited {
  readonly progress: readonly Progress[];
  /** Since the write. */
  readonly afterMs: number;
}

/** For the line that shows progress: `waiting: 3 of 12 live; xds: programmed on 2 of 3 nodes`. */
export function progressText(progress: readonly Progress[]): string {
  const open = progress.filter(({ standing }) => standing.is === "waiting");
  const [first] = open;
  const isDone = progress.length - open.length;
  return `waiting: ${isDone} of ${progress.length} live${first === undefined ? "" : `; ${lineOf(first)}`}`;
}

/**
 * How a wait ended, in full: what those say who have it, each sentence once with how many resources it is said of, and of each
 * resource that is not live why.
 */
export function waitText({ progress, afterMs }: Waited, styled: Styled): string {
  const after = `after ${(afterMs / 1000).toFixed(afterMs < 10_000 ? 2 : 0)} s`;
  const live = countedSentences(progress.filter(({ standing }) => standing.is === "live"));
  const others = progress.filter(({ standing }) => standing.is === "failed" || standing.is === "waiting");
  const lines = [
    headline(progress, after, styled),
    ...live.map((line) => `  ${line}`),
    ...others.map(
      (one) => `  ${styled(one.standing.is === "failed" ? "red" : "yellow", one.standing.is)}  ${lineOf(one)}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** For programs. */
export function waitData({ progress, afterMs }: Waited): object {
  return {
    verdict: verdictOf(progress),
    afterMs: Math.round(afterMs),
    resources: progress.map(({ resource: { namespace, id, index }, standing: { is, says, on } }) => ({
      namespace,
      id,
      revision: index,
      standing: is,
      says,
      ...(on !== undefined && { on }),
    })),
  };
}

function headline(progress: readonly Progress[], after: string, styled: Styled): string {
  switch (verdictOf(progress)) {
    case "live":
      return styled("green", liveText(progress, after));
    case "failed":
      return styled("red", `failed ${after}`);
    case "waiting":
      return styled("yellow", `not live ${after}`);
  }
}

function lineOf({ resource, standing }: Progress): string {
  return `${resource.label}: ${standing.says.join("; ")}`;
}

function countedSentences(progress: readonly Progress[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const sentence of progress.flatMap(({ standing }) => standing.says)) {
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  }
  return [...counts].map(([sentence, count]) => (count === 1 ? sentence : `${sentence} (${count} resources)`));
}
