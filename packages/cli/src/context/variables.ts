import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Surroundings } from "../surroundings.js";
import { contextTexts, type Context } from "./read-contexts.js";

/** What the variables say: `PROTOMESH_SERVER`, `PROTOMESH_SERVER_NAME`, … An empty one counts as unset. */
export function contextOfVariables(env: Surroundings["env"]): Context {
  const texts = contextTexts.flatMap((key) => {
    const value = env[variableOf(key)];
    return value === undefined || value === "" ? [] : [[key, value] as const];
  });
  const tls = env["PROTOMESH_TLS"];
  return { ...Object.fromEntries(texts), ...(tls !== undefined && tls !== "" && { tls: truthOf(tls) }) };
}

/** `serverName` → `PROTOMESH_SERVER_NAME` */
function variableOf(key: string): string {
  return `PROTOMESH_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function truthOf(text: string): boolean {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  throw new Failure(exitCode.usage, `the variable PROTOMESH_TLS is ${JSON.stringify(text)}: expected true or false`);
}
