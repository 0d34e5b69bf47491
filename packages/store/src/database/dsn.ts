import { DsnError } from "./dsn-error.js";
import { keywordsOf } from "./dsn-keywords.js";

export { DsnError };

/** One server that may hold the database. */
export interface DatabaseHost {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
}

export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Where a database is and how to log in, as a connection string says. */
export interface Dsn {
  readonly hosts: readonly DatabaseHost[];
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly ssl: {
    readonly mode: SslMode;
    readonly rootCertificatePath: string | undefined;
    readonly certificatePath: string | undefined;
    readonly keyPath: string | undefined;
  };
  /** Whether only a server that accepts writes will do. */
  readonly readWrite: boolean;
  readonly connectTimeoutMs: number;
  /** Run-time parameters of the session, such as `search_path`. */
  readonly parameters: Readonly<Record<string, string>>;
}

const sslModes: readonly string[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const consumed: ReadonlySet<string> = new Set([
  "host",
  "hostaddr",
  "port",
  "dbname",
  "user",
  "password",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "target_session_attrs",
  "connect_timeout",
]);

/**
 * Reads a PostgreSQL connection string: `postgres://user:password@host:port,host:port/database?key=value`, or libpq's
 * words `host=a,b port=5432 dbname=…`. With several hosts, the one that accepts writes is used, unless
 * `target_session_attrs=any`.
 * @throws DsnError saying what was expected
 */
export function parseDsn(text: string): Dsn {
  const words = keywordsOf(text);
  const hosts = hostsOf(words);
  const mode = words.get("sslmode") ?? "disable";
  if (!isSslMode(mode)) throw new DsnError(`sslmode: ${JSON.stringify(mode)}, expected one of ${sslModes.join(", ")}`);
  return {
    hosts,
    database: words.get("dbname"),
    user: words.get("user"),
    password: words.get("password"),
    ssl: {
      mode,
      rootCertificatePath: words.get("sslrootcert"),
      certificatePath: words.get("sslcert"),
      keyPath: words.get("sslkey"),
    },
    readWrite: readWriteOf(words.get("target_session_attrs"), hosts.length),
    connectTimeoutMs: connectTimeoutOf(words.get("connect_timeout")),
    parameters: Object.fromEntries([...words].filter(([key]) => !consumed.has(key))),
  };
}

/** For logs and status: where, without how to log in. */
export function describeDsn({ hosts, database }: Dsn): string {
  return `${hosts.map(({ host, port }) => `${host}:${port}`).join(",")}/${database ?? ""}`;
}

function isSslMode(text: string): text is SslMode {
  return sslModes.includes(text);
}

/** As in libpq: one port for all hosts, or one for each. */
function hostsOf(words: ReadonlyMap<string, string>): DatabaseHost[] {
  const names = (words.get("hostaddr") ?? words.get("host") ?? "localhost").split(",");
  const ports = (words.get("port") ?? "5432").split(",");
  if (ports.length !== 1 && ports.length !== names.length) {
    throw new DsnError(`port: ${ports.length} ports for ${names.length} hosts, expected one for all or one for each`);
  }
  return names.map((name, index) => ({ host: name || "localhost", port: portOf(ports[index] ?? ports[0] ?? "") }));
}

function portOf(text: string): number {
  const port = text === "" ? 5432 : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new DsnError(`port: ${JSON.stringify(text)}, expected a number from 1 to 65535`);
  }
  return port;
}

function readWriteOf(attributes: string | undefined, hosts: number): boolean {
  switch (attributes) {
    case undefined:
      return hosts > 1;
    case "any":
      return false;
    case "read-write":
    case "primary":
      return true;
    default:
      throw new DsnError(
        `target_session_attrs: ${JSON.stringify(attributes)}, expected any, read-write or primary: the store writes`,
      );
  }
}

function connectTimeoutOf(text: string | undefined): number {
  if (text === undefined) return 5_000;
  const seconds = Number(text);
  if (!(seconds > 0))
    throw new DsnError(`connect_timeout: ${JSON.stringify(text)}, expected a number of seconds above 0`);
  return seconds * 1_000;
}
