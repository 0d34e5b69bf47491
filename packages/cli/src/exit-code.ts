/** Exit codes of every command, as `protomesh --help` lists them. */
export const exitCode = {
  done: 0,
  /** The question was understood, and the answer is no. */
  no: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** A resource is wrong: in a file, or as the store sees it. */
  invalid: 3,
  /** Somebody else changed it meanwhile, or the present state does not allow it. */
  conflict: 4,
  unavailable: 5,
  denied: 6,
  /** What nobody foresaw, or what the store could not do. */
  failed: 7,
  /** As shells count an end by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The table for `--help`. */
export const exitCodeHelp = `Exit codes: 0 done · 1 the answer is no (not found, there is a difference) · 2 wrong command line or setting · 3 wrong resource
  4 conflict · 5 store not reached · 6 not allowed · 7 failed otherwise · 130 interrupted`;
