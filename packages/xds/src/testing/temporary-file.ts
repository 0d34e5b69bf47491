import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a file may be written that nothing else writes; `remove` takes it away again. */
export async function temporaryFile(name: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-xds-"));
  return { path: join(folder, name), remove: async () => rm(folder, { recursive: true, force: true }) };
}
