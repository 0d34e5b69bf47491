import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Surroundings } from "../surroundings.js";
import { readContexts, type Context, type Contexts } from "./read-contexts.js";

type Environment = Surroundings["env"];

/** Where the user's contexts stand: `PROTOMESH_CONFIG`, or `protomesh/config.yaml` in the platform's folder for configuration. */
export function contextFilePath(env: Environment, platform: NodeJS.Platform): string {
  const own = env["PROTOMESH_CONFIG"];
  return own === undefined || own === "" ? join(configurationFolder(env, platform), "protomesh", "config.yaml") : own;
}

function configurationFolder(env: Environment, platform: NodeJS.Platform): string {
  const home = env["HOME"] ?? homedir();
  if (platform === "win32") return env["APPDATA"] ?? join(home, "AppData", "Roaming");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  // An empty one counts as unset, says the XDG Base Directory Specification.
  return env["XDG_CONFIG_HOME"] || join(home, ".config");
}

/**
 * The context of a name, or the file's current one.
 * @param name undefined: the current one; empty: none
 * @throws Failure for a file with mistakes, and for a name that it does not have
 */
export async function contextOf(name: string | undefined, env: Environment): Promise<Context> {
  if (name === "") return {};
  const file = contextFilePath(env, process.platform);
  const text = textOf(file);
  if (text === undefined) {
    if (name === undefined) return {};
    throw new Failure(exitCode.usage, `there is no context ${name}, as there is no file ${file}`, {
      next: "write it (docs/cli.md shows one), or name another by the variable PROTOMESH_CONFIG.",
    });
  }
  const contexts = await contextsOf(file, text);
  const called = name ?? contexts.current;
  if (called === undefined) return {};
  const context = contexts.contexts.get(called);
  if (context !== undefined) return withPathsFrom(dirname(file), context);
  throw new Failure(exitCode.usage, `there is no context ${called} in ${file}`, {
    next: `it has ${[...contexts.contexts.keys()].join(", ") || "none"}.`,
  });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new Failure(exitCode.usage, `${file} cannot be read`, {
      details: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
}

async function contextsOf(file: string, text: string): Promise<Contexts> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [error] = document.errors;
  const read = error === undefined ? readContexts(document.toJS()) : { mistakes: [error.message] };
  if ("contexts" in read) return read;
  throw new Failure(exitCode.usage, `${file} has mistakes`, {
    details: read.mistakes,
    next: "correct them, or pass over the file with --context ''.",
  });
}

/** Files are named from where the context file stands, wherever the program is called. */
function withPathsFrom(folder: string, context: Context): Context {
  const { ca, cert, key, tokenFile } = context;
  return {
    ...context,
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(cert !== undefined && { cert: resolve(folder, cert) }),
    ...(key !== undefined && { key: resolve(folder, key) }),
    ...(tokenFile !== undefined && { tokenFile: resolve(folder, tokenFile) }),
  };
}
