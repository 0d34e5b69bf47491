import { DomainError, unavailable } from "@protomesh/core";

/** What a failed statement leaves behind. */
export type Failure =
  /** It never ran: no connection. */
  | "away"
  /** The connection was lost after it was sent: it may have been committed. */
  | "unknown"
  /** The server did not carry it out, and may later: out of disk or memory, read-only, cancelled, a deadlock. */
  | "refused"
  /** The server cannot carry out this very statement. */
  | "rejected";

/** A statement that failed, and whether it may have been carried out all the same. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly failure: Failure;
  /** The SQLSTATE or the name of the socket's error. */
  readonly code: string;

  constructor(failure: Failure, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.code = code;
  }
}

/** Connecting failed: nothing was sent. */
const socketRefused: ReadonlySet<string> = new Set([
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EMFILE",
]);

/**
 * The server let nobody in: wrong login, no such database, too many connections, a database that takes none, starting up.
 * Fatal errors with these codes end a session before it has begun.
 */
const neverSent: ReadonlySet<string> = new Set(["28000", "28P01", "3D000", "53300", "55000", "57P03"]);

/** SQLSTATE classes and codes (PostgreSQL, appendix A) of what ends the session in the middle of a statement. */
const sessionEnded = /^(08|57P0[12]|XX000$)/;

/** Resources, read-only, lock and statement timeouts, serialisation, system errors. */
const temporary = /^(25006|40|53|55P03|57014|58|25P0[34])/;

/** Whether an error is the driver's, the server's or a socket's: these have a code. Our own answers have one, too. */
export function isDriverError(error: unknown): boolean {
  return !(error instanceof DomainError) && codeOf(error) !== "";
}

/** The failure that an error of the driver stands for. */
export function databaseErrorOf(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new DatabaseError(failureOf(code, isFatal(error)), code, message, { cause: error });
}

function failureOf(code: string, fatal: boolean): Failure {
  if (fatal) return neverSent.has(code) ? "away" : "unknown";
  if (socketRefused.has(code)) return "away";
  if (temporary.test(code)) return "refused";
  if (isSqlState(code) && !sessionEnded.test(code)) return "rejected";
  return "unknown";
}

/** The server ends the session with such an error. */
function isFatal(error: unknown): boolean {
  const severity = typeof error === "object" && error !== null && "severity" in error ? error.severity : undefined;
  return severity === "FATAL" || severity === "PANIC";
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** What a client is told where its request failed for the database's sake. */
export function unavailableOf(error: DatabaseError): DomainError {
  return unavailable(
    error.failure === "unknown"
      ? "the connection to the database was lost: the request may have been carried out"
      : "the database cannot carry out the request now",
    error,
  );
}
