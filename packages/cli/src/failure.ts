import { exitCode as exitCodes, type ExitCode } from "./exit-code.js";

/** How a command ends when it cannot do what it was asked: told to people in full, without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;
  /** One line each, below the message. */
  readonly details: readonly string[];
  /** What to do next, as a sentence. */
  readonly next: string | undefined;

  constructor(
    exitCode: ExitCode,
    message: string,
    { details = [], next, cause }: { details?: readonly string[]; next?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.details = details;
    this.next = next;
  }
}

/** How a command ends whose output says it all, but not with 0: `diff` that found one. */
export class Answer extends Error {
  override readonly name = "Answer";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * What standard error shows of a failure.
 * @param command that failed; undefined: none was called
 */
export function failureText({ message, details, next: told, exitCode }: Failure, command?: string): string {
  const help = command === undefined ? "protomesh --help" : `protomesh ${command} --help`;
  const next = told ?? (exitCode === exitCodes.usage ? `${help} tells what is expected.` : undefined);
  return [
    `protomesh: ${message}`,
    ...details.map((detail) => `  ${detail}`),
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
