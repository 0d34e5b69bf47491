import { pathToFileURL } from "node:url";
import type { LambdaFunction } from "./lambda-function.js";

/** A function given in this process, or the module (a file's path or URL) whose export `handler` it is. */
export type FunctionSource = LambdaFunction | string | URL;

/** Functions by name, or by `name:qualifier`, once their modules are loaded. Throws where a module has no handler. */
export async function loadFunctions(
  sources: Readonly<Record<string, FunctionSource>>,
): Promise<ReadonlyMap<string, LambdaFunction>> {
  const loaded = Object.entries(sources).map(
    async ([name, source]) => [name, isModule(source) ? await handlerOf(name, source) : source] as const,
  );
  return new Map(await Promise.all(loaded));
}

function isModule(source: FunctionSource): source is string | URL {
  return typeof source === "string" || source instanceof URL;
}

async function handlerOf(name: string, module: string | URL): Promise<LambdaFunction> {
  const url = typeof module === "string" ? pathToFileURL(module).href : module.href;
  const exported: unknown = await import(url);
  const handler = typeof exported === "object" && exported !== null && "handler" in exported && exported.handler;
  if (!isLambdaFunction(handler)) {
    throw new Error(`Function ${name}: ${url} must export "handler", a function (event, context) => answer.`);
  }
  return handler;
}

function isLambdaFunction(value: unknown): value is LambdaFunction {
  return (
    typeof value === "function" ||
    (typeof value === "object" && value !== null && "streams" in value && value.streams === true)
  );
}
