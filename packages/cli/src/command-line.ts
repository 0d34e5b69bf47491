import { Command, CommanderError } from "commander";
import { commandTable, type CommandEntry } from "./command-table.js";
import { exitCode, exitCodeHelp, type ExitCode } from "./exit-code.js";
import { Answer, Failure, failureText } from "./failure.js";
import { versionText } from "./version-text.js";
import type { Surroundings } from "./surroundings.js";

/**
 * Runs one command line to its end.
 * @param argv without the interpreter and the script
 * @returns the exit code; what went wrong has been told on standard error
 */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    const root = await commandFor(argv, surroundings);
    await root.parseAsync([...argv], { from: "user" });
    return exitCode.done;
  } catch (error) {
    return told(error, argv, surroundings);
  }
}

/** The whole program, of which only the command that `argv` calls is more than its name and summary. */
async function commandFor(argv: readonly string[], surroundings: Surroundings): Promise<Command> {
  const root = new Command("protomesh")
    .description("Declared resources, from a file to every Envoy, gateway and worker.")
    .usage("COMMAND [options]")
    .version(versionText(), "--version", "print the version")
    .helpCommand("help [command]", "print the help of a command")
    .showHelpAfterError("(protomesh --help lists the commands)")
    .addHelpText("after", `\n${exitCodeHelp}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
    });
  const called = calledName(argv);
  const asked = argv[0] === "help" ? argv[1] : undefined;
  if (asked !== undefined && !asked.startsWith("-") && !commandTable.some(({ name }) => name === asked)) {
    throw new Failure(exitCode.usage, `there is no command ${asked}`, { next: "protomesh --help lists the commands." });
  }
  for (const entry of commandTable) await addCommand(root, entry, entry.name === called, surroundings);
  return root;
}

async function addCommand(
  root: Command,
  { name, summary, load }: CommandEntry,
  isCalled: boolean,
  surroundings: Surroundings,
): Promise<void> {
  const command = root.command(name).description(summary).showHelpAfterError(`(protomesh ${name} --help says more)`);
  if (isCalled) (await load()).define(command, surroundings);
}

/** The first word that is no option; of `help apply`, the second. */
function calledName(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  return first === "help" ? second : first;
}

function told(error: unknown, argv: readonly string[], { stderr, interrupted }: Surroundings): ExitCode {
  if (error instanceof CommanderError) {
    // commander has told what is wrong; help and version are no errors, though they end the parsing like one.
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  if (error instanceof Answer) return error.exitCode;
  if (interrupted.aborted) return exitCode.interrupted;
  const failure = error instanceof Failure ? error : unexpected(error);
  const called = calledName(argv);
  stderr.write(failureText(failure, commandTable.some(({ name }) => name === called) ? called : undefined));
  if (argv.includes("--debug")) stderr.write(`${stackOf(error)}\n`);
  return failure.exitCode;
}

function unexpected(error: unknown): Failure {
  return new Failure(exitCode.failed, error instanceof Error ? error.message : String(error), {
    next: "run it again with --debug, and report what that prints.",
    cause: error,
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
