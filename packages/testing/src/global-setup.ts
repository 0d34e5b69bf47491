import { startPostgres } from "@protomesh/local";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The run's PostgreSQL, shared by all integration tests; each file makes databases of its own. */
    readonly postgres: { readonly dsn: string };
  }
}

/** Boots one PostgreSQL for the whole run of the integration tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide("postgres", { dsn: postgres.dsn });
  return async () => postgres.stop();
}
