export { runCommandLine } from "./command-line.js";
export { exitCode, type ExitCode } from "./exit-code.js";
export type { Surroundings } from "./surroundings.js";
