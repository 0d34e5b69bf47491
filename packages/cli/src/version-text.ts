import { readFileSync } from "node:fs";

/** This program's version, and that of the Node that runs it. */
export function versionText(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const isNamed = typeof manifest === "object" && manifest !== null && "version" in manifest;
  const version = isNamed && typeof manifest.version === "string" ? manifest.version : "of an unknown version";
  return `protomesh ${version} (Node ${process.versions.node})`;
}
