import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test as base } from "vitest";
import { formatMistakes } from "../format-mistakes.js";
import { readResourceFiles } from "../read-resource-files.js";

export type Content = string | Uint8Array;

interface Folder {
  /** Writes files, and reads them, or the paths that are named, all below the folder. */
  read(files: Readonly<Record<string, Content>>, paths?: readonly string[]): Promise<string>;
  readonly path: string;
}

/** A folder of its own for each test. What is read is told as people are told it, without the folder's own path. */
export const test = base.extend<{ folder: Folder }>({
  folder: async ({}, use) => {
    const path = await mkdtemp(join(tmpdir(), "protomesh-"));
    const read = async (files: Readonly<Record<string, Content>>, paths?: readonly string[]) => {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), content);
      }
      return told(path, await readFrom((paths ?? Object.keys(files)).map((name) => join(path, name))));
    };
    await use({ read, path });
    await rm(path, { recursive: true });
  },
});

/** The paths, `-` being what `stdin` gives. */
export async function readFrom(paths: readonly string[], stdin?: AsyncIterable<string>) {
  return readResourceFiles(paths, { defaultNamespace: "default", ...(stdin === undefined ? {} : { stdin }) });
}

/** One line for each resource, or for each mistake. */
export function told(folder: string, result: Awaited<ReturnType<typeof readFrom>>): string {
  if ("mistakes" in result) return formatMistakes(result.mistakes).replaceAll(`${folder}/`, "");
  return result.resources.map(({ namespace, id, name }) => `${namespace} ${name} ${id}`).join("\n");
}

/** Standard input. */
export async function* input(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

export const billing = "kind: service\nname: billing\nspec: { serviceName: billing }\n";
export const orders = "kind: service\nname: orders\nspec: { serviceName: orders }\n";
