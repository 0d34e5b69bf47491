import type { Command } from "commander";
import type { Surroundings } from "./surroundings.js";

/** A command that the program knows; what it takes to run it is loaded only when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{
    /** Declares arguments and options, and what is done with them. */
    readonly define: (command: Command, surroundings: Surroundings) => void;
  }>;
}

/** In the order of `--help`: what people use daily first. */
export const commandTable: readonly CommandEntry[] = [
  { name: "apply", summary: "make the store hold the resources of files", load: () => import("./commands/apply.js") },
  { name: "diff", summary: "print what apply would change", load: () => import("./commands/diff.js") },
  { name: "get", summary: "print resources in full", load: () => import("./commands/get.js") },
  { name: "list", summary: "list the resources of a namespace", load: () => import("./commands/list.js") },
  { name: "drop", summary: "remove resources", load: () => import("./commands/drop.js") },
  { name: "status", summary: "say what is live, and why something is not", load: () => import("./commands/status.js") },
  {
    name: "explain",
    summary: "say who would answer a request, and what is missing",
    load: () => import("./commands/explain.js"),
  },
  { name: "watch", summary: "print each change as it commits", load: () => import("./commands/watch.js") },
  { name: "history", summary: "print past versions", load: () => import("./commands/history.js") },
  {
    name: "rollback",
    summary: "write a namespace back to a past revision",
    load: () => import("./commands/rollback.js"),
  },
  { name: "export", summary: "write a namespace as files", load: () => import("./commands/export.js") },
  { name: "run", summary: "run components in this process", load: () => import("./commands/run.js") },
  { name: "migrate", summary: "change the database's schema", load: () => import("./commands/migrate.js") },
  {
    name: "completion",
    summary: "print the completion script of a shell",
    load: () => import("./commands/completion.js"),
  },
  {
    name: "version",
    summary: "print this program's version and the store's",
    load: () => import("./commands/version.js"),
  },
];
