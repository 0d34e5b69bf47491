import { ChildError } from "../children/child-error.js";
import { startChild, type Child } from "../children/child.js";
import { freePort } from "../free-port.js";

export interface TemporalOptions {
  /** The `temporal` program. */
  readonly path: string;
  /** Port of the frontend on 127.0.0.1; absent: a free one. */
  readonly port?: number;
  /** Port of the web interface; absent: none is served. */
  readonly uiPort?: number;
  /** Keeps workflows from start to start; absent: in memory. */
  readonly databaseFile?: string;
  /** Namespaces beside `default`. */
  readonly namespaces?: readonly string[];
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface RunningTemporal {
  /** host:port of the frontend. */
  readonly address: string;
  readonly pid: number;
  readonly exited: Child["exited"];
  stop(): Promise<void>;
}

const attempts = 3;

/**
 * Starts Temporal's development server. It picks ports for its inner services by itself and ends when another program was
 * faster to take one, so that a start that ended early is tried again.
 * @throws ChildError when it does not come up
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof ChildError) || !error.endedEarly || attempt === attempts) throw error;
    }
  }
}

async function startOnce(options: TemporalOptions): Promise<RunningTemporal> {
  const port = options.port ?? (await freePort());
  const child = await startChild({
    name: "Temporal",
    command: options.path,
    args: [
      "server",
      "start-dev",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--log-level=error",
      ...(options.uiPort === undefined ? ["--headless"] : [`--ui-port=${options.uiPort}`]),
      ...(options.databaseFile === undefined ? [] : [`--db-filename=${options.databaseFile}`]),
      ...(options.namespaces ?? []).map((namespace) => `--namespace=${namespace}`),
    ],
    // The line comes when the server serves and its namespaces are there.
    ready: { line: /^\s*(Temporal )?Server:/ },
    signal: options.signal,
    log: options.log,
  });
  const stop = async () => void (await child.stop());
  return { address: `127.0.0.1:${port}`, pid: child.pid, exited: child.exited, stop };
}
