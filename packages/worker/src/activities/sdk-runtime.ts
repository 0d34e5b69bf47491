import type { Logger } from "@protomesh/core";
import { IllegalStateError } from "@temporalio/common";
import { Runtime, type LogLevel } from "@temporalio/worker";

/** What the SDK calls informative is about itself. */
const levels = { TRACE: "trace", DEBUG: "debug", INFO: "debug", WARN: "warn", ERROR: "error" } as const;

/**
 * Sets up what the Temporal SDK keeps once for a process: its log goes to ours, and signals are left to whoever runs the
 * program. Where another program of the process has set it up already, that stays.
 */
export function installSdkRuntime(log: Pick<Logger, "child">): void {
  const sdkLog = log.child({ part: "temporal-sdk" });
  const write = (level: LogLevel, message: string, meta: object = {}): void => sdkLog[levels[level]](meta, message);
  try {
    Runtime.install({
      shutdownSignals: [],
      logger: {
        log: write,
        trace: (message, meta) => write("TRACE", message, meta),
        debug: (message, meta) => write("DEBUG", message, meta),
        info: (message, meta) => write("INFO", message, meta),
        warn: (message, meta) => write("WARN", message, meta),
        error: (message, meta) => write("ERROR", message, meta),
      },
      telemetryOptions: { logging: { forward: {}, filter: "WARN" } },
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
