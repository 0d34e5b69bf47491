import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Ports as the example's files have them, and what they shall be instead. */
export type PortChanges = ReadonlyMap<number, number>;

/** The ports that `examples/` speaks of. */
export const examplePorts = { ingress: 10_000, gateway: 5_770, xds: 7_011 } as const;

/** A text with ports replaced, each where it stands as a number of its own. */
export function withPorts(text: string, changes: PortChanges): string {
  return text.replaceAll(/\b\d+\b/g, (number) => String(changes.get(Number(number)) ?? number));
}

/**
 * The folder of resource files to apply: the example's own, or, when ports differ from those in it, a copy with the ports
 * replaced, made anew in `copy`.
 */
export async function resourceFolder(example: string, changes: PortChanges, copy: string): Promise<string> {
  if ([...changes].every(([from, to]) => from === to)) return example;
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const name of await readdir(example)) {
    if (!/\.(ya?ml|json|toml)$/.test(name)) continue;
    await writeFile(join(copy, name), withPorts(await readFile(join(example, name), "utf8"), changes));
  }
  return copy;
}
