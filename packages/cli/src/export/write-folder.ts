import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kindOf } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { formatDocuments, portableDocument } from "../resource-file/index.js";

/**
 * Writes a file for each kind that there is, `service.yaml`, and `other.yaml` for foreign types. A file that is there already
 * is refused: what it says would be lost.
 * @returns the files
 * @throws Failure where one cannot be written
 */
export function writeFolder(
  folder: string,
  resources: readonly Resource[],
  format: "yaml" | "json",
): readonly string[] {
  const byFile = new Map<string, Resource[]>();
  for (const resource of resources) {
    const kind = kindOf(resource.spec);
    const file = join(folder, `${kind === "unknown" ? "other" : kind}.${format}`);
    byFile.set(file, [...(byFile.get(file) ?? []), resource]);
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, group] of byFile) {
      writeFileSync(file, formatDocuments(group.map(portableDocument), format), { flag: "wx" });
    }
  } catch (error) {
    throw new Failure(exitCode.usage, `the files cannot be written into ${folder}`, {
      details: [error instanceof Error ? error.message : String(error)],
      next: "name an empty folder that you may write to.",
      cause: error,
    });
  }
  return [...byFile.keys()];
}
