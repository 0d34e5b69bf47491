import { parseDurationMs, validateNamespace } from "@protomesh/core";
import { InvalidArgumentError, Option, type Command } from "commander";
import { contextOf } from "../context/context-file.js";
import type { Context } from "../context/read-contexts.js";
import { contextOfVariables } from "../context/variables.js";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Surroundings } from "../surroundings.js";

/** What every command that speaks to the store takes. */
export interface StoreOptions extends Context {
  readonly namespace: string;
  readonly server: string;
  /** In milliseconds, of one call. */
  readonly timeout: number;
}

/** Adds them to a command. What no flag says, the variables say, and then the context. */
export function takeStoreOptions(command: Command, { env }: Pick<Surroundings, "env">): Command {
  return command
    .option("--context <name>", "what the file of contexts says of the store; '': nothing")
    .option("-n, --namespace <name>", "namespace of the resources", "default")
    .option("--server <host:port>", "the store", "localhost:6680")
    .option("--tls", "speak TLS to the store, checked against the system's CAs")
    .option("--ca <file>", "speak TLS, checked against this CA bundle (PEM)")
    .option("--cert <file>", "client certificate chain (PEM), with --key")
    .option("--key <file>", "the client certificate's key (PEM)")
    .option("--server-name <name>", "the name that the store's certificate is checked for")
    .option("--token-file <file>", "a file with the bearer token that says who calls")
    .addOption(
      new Option("--timeout <duration>", "how long a call to the store may take")
        .argParser(durationMs)
        .default(30_000, "30s"),
    )
    .option("--debug", "print stack traces")
    .hook("preAction", async () => {
      const { context = env["PROTOMESH_CONTEXT"] } = command.opts<{ readonly context?: string }>();
      const said = { ...(await contextOf(context, env)), ...contextOfVariables(env) };
      for (const [key, value] of Object.entries(said)) {
        if (command.getOptionValueSource(key) !== "cli") command.setOptionValueWithSource(key, value, "config");
      }
      const { namespace, server } = command.opts<StoreOptions>();
      requireNamespace(namespace);
      requireAddress(server);
    });
}

function durationMs(text: string): number {
  const milliseconds = parseDurationMs(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError("Expected a duration such as 10s or 1m30s.");
}

function requireNamespace(namespace: string): void {
  const [wrong] = validateNamespace(namespace, "--namespace");
  if (wrong !== undefined) throw new Failure(exitCode.usage, `${wrong.field} ${wrong.description}`);
}

/** gRPC takes 443 for a port that is not named, which is no store's, and a URL for a name to be resolved. */
function requireAddress(server: string): void {
  const fault = /^https?:/i.test(server)
    ? "is a URL"
    : /^([^:/]*|\[[^\]]*\])$/.test(server)
      ? "has no port"
      : undefined;
  if (fault === undefined) return;
  throw new Failure(exitCode.usage, `the store's address ${JSON.stringify(server)} ${fault}`, {
    next: "name host and port, such as localhost:6680, by --server, PROTOMESH_SERVER or the context; --tls speaks TLS.",
  });
}
