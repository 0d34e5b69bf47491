import { defineConfig } from "vitest/config";
import { patience } from "./packages/testing/src/until.js";

// Without "module": Node would load packages that only bundlers can.
const conditions = ["source", "node"];
const shared = {
  extends: true,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
} as const;

/** Tests of pure code and of pipelines: no server, no network but loopback. */
const unit = "{packages/*,test,bench}/src/**/*.test.ts";
/** Tests on real PostgreSQL, Envoy or Temporal carry this ending. */
const integration = "{packages/*,test}/src/**/*.integration.test.ts";

export default defineConfig({
  test: {
    expect: { poll: { timeout: patience.patienceMs, interval: patience.pollMs } },
    reporters: ["default", "./packages/testing/src/skip-reporter.ts"],
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: [unit],
          exclude: [integration],
          setupFiles: ["./packages/testing/src/setup.ts"],
          // Far more than any takes: a busy machine is no failure.
          testTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "integration",
          include: [integration],
          globalSetup: ["./packages/testing/src/global-setup.ts"],
          setupFiles: ["./packages/testing/src/setup.ts"],
          pool: "forks",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
