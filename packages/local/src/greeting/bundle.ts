import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";

const workflow = fileURLToPath(new URL("workflow.js", import.meta.url));
const sdk = createRequire(import.meta.url).resolve("@temporalio/worker/package.json");

/**
 * The example workflow as the file that a worker loads. Making it takes seconds, so it is kept in `folder` for as long as
 * neither the workflow nor the SDK changes.
 */
export async function workflowBundle(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [workflow, sdk]) hash.update(await readFile(file));
  const path = join(folder, `workflow-${hash.digest("hex").slice(0, 16)}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath: workflow });
  await mkdir(folder, { recursive: true });
  const part = `${path}.${process.pid}`;
  await writeFile(part, code);
  await rename(part, path);
  return path;
}
