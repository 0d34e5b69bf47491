import type { Resource } from "@protomesh/core/api";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { formatMistakes, readResourceFiles } from "../resource-file/index.js";
import type { Surroundings } from "../surroundings.js";

/**
 * The resources that files declare; `-` is standard input.
 * @param namespace of resources that name none
 * @throws Failure with every mistake of every file
 */
export async function readDeclared(
  paths: readonly string[],
  namespace: string,
  { stdin }: Surroundings,
): Promise<readonly Resource[]> {
  const read = await readResourceFiles(paths, { defaultNamespace: namespace, stdin });
  if ("resources" in read) return read.resources;
  const count = read.mistakes.length === 1 ? "a mistake" : `${read.mistakes.length} mistakes`;
  throw new Failure(exitCode.invalid, `${count} in the resources: nothing is applied`, {
    details: formatMistakes(read.mistakes).split("\n"),
    next: "correct what is named, and apply again.",
  });
}
