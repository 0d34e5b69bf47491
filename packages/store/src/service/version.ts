import { readFileSync } from "node:fs";

/** The store's own version, as its package says it. */
export const version = versionIn(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

function versionIn(manifest: string): string {
  const read: unknown = JSON.parse(manifest);
  const isNamed = typeof read === "object" && read !== null && "version" in read;
  return isNamed && typeof read.version === "string" ? read.version : "";
}
