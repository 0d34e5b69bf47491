import { withDefaults, type Declarations, type Settings } from "../config/index.js";
import { createLogger } from "../logging/index.js";
import { startAdminServer } from "./admin-server.js";
import { ProgramScope } from "./program-scope.js";
import { settingsOf, type ProcessDeclarations } from "./program-settings.js";
import type { Program } from "./program.js";
import type { Readiness } from "./readiness.js";

/** A program that runs within this process. */
export interface RunningProgram {
  /** By name, such as `grpc` and `admin`: where its ports are open. */
  readonly addresses: Readonly<Record<string, string>>;
  readiness(): Readiness;
  /** Drains; resolves when everything that the program owns has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a program with settings given in code, for tests: its logs are silent and its admin port takes a free port
 * unless the overrides say otherwise.
 * @param overrides settings by key, as their types say; what is left out has its default
 * @throws what the start threw, after everything that it had opened has ended
 */
export async function startProgram<D extends Declarations>(
  program: Program<D>,
  overrides: Partial<Settings<D>> & Record<string, unknown>,
): Promise<RunningProgram> {
  const declarations: ProcessDeclarations = settingsOf(program);
  const settings = withDefaults(declarations, {
    "log.level": "silent",
    [program.admin.key]: "127.0.0.1:0",
    ...overrides,
  });
  const log = createLogger(settings).child({ program: program.name });
  const drainTimeoutMs = settings["http.server.shutdown.timeout"];
  const scope = new ProgramScope({ name: program.name, log, drainTimeoutMs, onFailure: () => void scope.drain() });
  await startIn<Declarations>(scope, program, settings);
  return { addresses: scope.addresses, readiness: () => scope.readinessNow, stop: () => scope.drain() };
}

/** Starts a program in a scope; what it had opened ends again when the start fails. */
export async function startIn<D extends Declarations>(
  scope: ProgramScope,
  program: Program<D>,
  settings: Settings<D>,
): Promise<void> {
  try {
    const adminAddress = textOf(settings, program.admin.key);
    if (adminAddress !== "") await startAdminServer(scope, adminAddress);
    await program.start(scope, settings);
    scope.started();
  } catch (error) {
    await scope.drain();
    throw error;
  }
}

function textOf(settings: Readonly<Record<string, unknown>>, key: string): string {
  const value = settings[key];
  return typeof value === "string" ? value : "";
}
