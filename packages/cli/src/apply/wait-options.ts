import { parseDurationMs } from "@protomesh/core";
import { InvalidArgumentError, Option } from "commander";

/** `--wait [duration]`: in milliseconds; `true` without a duration. */
export function waitOption(): Option {
  return new Option(
    "--wait [duration]",
    "wait until every component has it, at most so long (default: --timeout where that is given, else 1m); ends with 1 if it does not",
  ).argParser(durationMs);
}

/** @param timeout what `--timeout` says; undefined: the command line does not say it */
export function waitTimeoutMs(wait: number | true, timeout: number | undefined): number {
  return wait === true ? (timeout ?? 60_000) : wait;
}

function durationMs(text: string): number {
  const milliseconds = parseDurationMs(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError("Expected a duration such as 30s or 1m30s.");
}
