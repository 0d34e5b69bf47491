import { collectDefaultMetrics } from "prom-client";
import { readSettings, type Settings } from "../config/index.js";
import { createLogger, type Logger } from "../logging/index.js";
import { ListenError } from "./listen.js";
import { ProgramScope } from "./program-scope.js";
import { processSettings, settingsOf, type ProcessDeclarations } from "./program-settings.js";
import type { Program } from "./program.js";
import { startIn } from "./start-program.js";

export interface RunOptions {
  /** Without the interpreter and the script. Default: this process's. */
  readonly argv?: readonly string[];
  /** Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Exit codes of a process that runs programs. */
export const exitCode = { ok: 0, failed: 1, badSettings: 2 } as const;

/**
 * Runs programs as this process: reads settings, answers `-h` and `-print-config`, starts the programs in order, drains
 * them in reverse order on SIGTERM or SIGINT, and exits: with 0 after a clean drain, 1 after a failure or a drain that
 * took too long, 2 for bad settings. A second signal exits at once.
 */
export async function runPrograms(programs: readonly Program[], options: RunOptions = {}): Promise<void> {
  const { argv = process.argv.slice(2), env = process.env } = options;
  const declarations = programs.reduce<ProcessDeclarations>(
    (all, program) => ({ ...all, ...settingsOf(program) }),
    processSettings,
  );
  const result = readSettings(declarations, { argv, env });
  switch (result.kind) {
    case "help":
    case "print":
      process.stdout.write(result.text);
      return;
    case "invalid":
      process.stderr.write(result.problems.map((problem) => `${problem}\n`).join(""));
      process.exitCode = exitCode.badSettings;
      return;
    case "settings":
      await live(programs, result.settings);
  }
}

async function live(programs: readonly Program[], settings: Settings<ProcessDeclarations>): Promise<void> {
  const log = createLogger(settings);
  const drainTimeoutMs = settings["http.server.shutdown.timeout"];
  const end = endOfProcess(log, drainTimeoutMs);
  const running: ProgramScope[] = [];
  end.onDrain(async () => {
    for (const scope of running.toReversed()) await scope.drain();
  });
  for (const program of programs) {
    const name = program.name;
    const scope = new ProgramScope({
      name,
      log: log.child({ program: name }),
      drainTimeoutMs,
      onFailure: () => end.begin(exitCode.failed),
    });
    running.push(scope);
    collectDefaultMetrics({ register: scope.metrics });
    try {
      await startIn(scope, program, settings);
      scope.log.info(scope.addresses, "started");
    } catch (error) {
      if (end.begun) return;
      log.fatal(
        error instanceof ListenError ? { address: error.address } : { err: error },
        `${name} did not start: ${messageOf(error)}`,
      );
      end.begin(exitCode.failed);
      return;
    }
    if (end.begun) return;
  }
}

interface EndOfProcess {
  readonly begun: boolean;
  onDrain(drain: () => Promise<void>): void;
  begin(code: number): void;
}

/** Owns the signals: the first begins the drain, the second exits at once. */
function endOfProcess(log: Logger, drainTimeoutMs: number): EndOfProcess {
  let drain: () => Promise<void> = () => Promise.resolve();
  let begun = false;

  const begin = (code: number): void => {
    if (begun) return;
    begun = true;
    const timeout = setTimeout(() => {
      log.error({ drainTimeoutMs }, "the drain took too long: exiting with work in flight");
      process.exit(exitCode.failed);
    }, drainTimeoutMs);
    drain().then(
      () => {
        clearTimeout(timeout);
        log.info("drained");
        process.exit(code);
      },
      (error: unknown) => {
        log.fatal({ err: error }, "the drain failed");
        process.exit(exitCode.failed);
      },
    );
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    if (begun) {
      log.warn({ signal }, "second signal: exiting at once");
      process.exit(exitCode.failed);
    }
    log.info({ signal }, "draining");
    begin(exitCode.ok);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);

  return {
    get begun() {
      return begun;
    },
    onDrain: (action) => {
      drain = action;
    },
    begin,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
