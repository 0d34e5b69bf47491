import { readFileSync } from "node:fs";

export interface Versions {
  /** This program's. */
  readonly version: string;
  readonly node: string;
}

/** This program's version, and that of the Node that runs it. */
export function versions(): Versions {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const isNamed = typeof manifest === "object" && manifest !== null && "version" in manifest;
  const version = isNamed && typeof manifest.version === "string" ? manifest.version : "of an unknown version";
  return { version, node: process.versions.node };
}

/** `protomesh 0.1.0 (Node 20.20.2)` */
export function versionText(): string {
  const { version, node } = versions();
  return `protomesh ${version} (Node ${node})`;
}
