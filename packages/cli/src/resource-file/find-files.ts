import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatOf, knownExtensions } from "./file-format.js";
import { messageOf } from "./read-text.js";

export type Found = { readonly file: string } | { readonly file: string; readonly message: string };

/**
 * The resource files that paths lead to, each once: files as named; of folders, all below them with a known extension,
 * sorted by name, without hidden ones and without folders behind links. `-` stays what it is.
 */
export async function findFiles(paths: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of paths) found.push(...(path === "-" ? [{ file: path }] : await filesAt(path)));
  const seen = new Set<string>();
  return found.filter(({ file }) => {
    const key = file === "-" ? file : resolve(file);
    return !seen.has(key) && seen.add(key);
  });
}

async function filesAt(path: string): Promise<Found[]> {
  try {
    if ((await stat(path)).isDirectory()) return await filesOfFolder(path);
  } catch (error) {
    return [{ file: path, message: messageOf(error) }];
  }
  if (formatOf(path) !== undefined) return [{ file: path }];
  return [{ file: path, message: `is not known by its extension; expected one of ${knownExtensions}` }];
}

async function filesOfFolder(folder: string): Promise<Found[]> {
  const files = await filesBelow(folder);
  return files.length > 0 ? files : [{ file: folder, message: `holds no file with one of ${knownExtensions}` }];
}

async function filesBelow(folder: string): Promise<Found[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: Found[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
    else if (formatOf(path) !== undefined) found.push({ file: path });
  }
  return found;
}
