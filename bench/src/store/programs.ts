import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ChildError, runChild } from "@protomesh/local";

/** What the store is loaded with, and measured against, as programs on disk. */
export interface Programs {
  readonly load: string;
  /** undefined: it could not be built. */
  readonly etcd: string | undefined;
}

const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(checkout, ".cache/bench");

/**
 * Builds them with Go; a second time takes seconds.
 * @returns why there is nothing to load the store with, where that is so
 */
export async function buildPrograms(say: (line: string) => void): Promise<Programs | { readonly missing: string }> {
  const load = await buildLoad();
  if ("missing" in load) return load;
  const etcd = await build("etcd", "bench/load/etcd");
  if (etcd !== undefined) say(`without etcd beside it: ${etcd}`);
  return { ...load, etcd: etcd === undefined ? join(folder, "etcd") : undefined };
}

/** Builds the load alone, as `buildPrograms`. */
export async function buildLoad(): Promise<Pick<Programs, "load"> | { readonly missing: string }> {
  await mkdir(folder, { recursive: true });
  const missing = await build("load", "bench/load");
  return missing === undefined ? { load: join(folder, "load") } : { missing };
}

/** @returns why it could not be built; undefined where it was */
async function build(name: string, source: string): Promise<string | undefined> {
  try {
    const args = ["build", "-o", join(folder, name), "."];
    await runChild({ name: `go build of ${source}`, command: "go", args, folder: join(checkout, source) });
    return undefined;
  } catch (error) {
    if (error instanceof ChildError) return error.message;
    throw error;
  }
}
