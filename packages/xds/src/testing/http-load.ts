import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface HttpLoadOptions {
  /** h2load's program. */
  readonly path: string;
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
}

/** What h2load counted. */
export interface HttpLoadReport {
  /** Requests that were answered with 2xx. */
  readonly answered: number;
  /** Requests that came to no answer. */
  readonly failed: number;
  /** Of these, those whose connection broke. */
  readonly errored: number;
  readonly not2xx: number;
}

/** A load of HTTP/1.1 by h2load, as fast as it can. */
export function startHttpLoad({ path, url, seconds, connections }: HttpLoadOptions) {
  const args = ["--h1", "--duration", `${seconds}`, "--clients", `${connections}`, url];
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "inherit"] });
  const load = {
    isRunning: true,
    ended: text(child.stdout).then((output) => {
      load.isRunning = false;
      return reportOf(output);
    }),
  };
  return load;
}

/** @throws Error where it is not what h2load prints at its end */
function reportOf(output: string): HttpLoadReport {
  const requests = /(\d+) succeeded, (\d+) failed, (\d+) errored/.exec(output);
  const codes = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(output);
  if (requests === null || codes === null) throw new Error(`h2load said:\n${output}`);
  const [, answered, ...others] = codes;
  return {
    answered: Number(answered),
    failed: Number(requests[2]),
    errored: Number(requests[3]),
    not2xx: others.reduce((sum, count) => sum + Number(count), 0),
  };
}
