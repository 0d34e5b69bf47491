import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { withSection } from "./section.js";
import { suite as cli } from "./cli/suite.js";
import { suite as gateway } from "./gateway/suite.js";
import { suite as path } from "./path/suite.js";
import { suite as store } from "./store/suite.js";
import { suite as worker } from "./worker/suite.js";
import { suite as xds } from "./xds/suite.js";

const suites = [path, store, xds, gateway, worker, cli];
const page = new URL("../README.md", import.meta.url);

const usage = `usage: npm run bench -- [SUITE...]; suites: ${suites.map(({ name }) => name).join(", ")}; default: all\n`;
const wanted = process.argv.slice(2);
if (wanted.some((word) => word === "-h" || word === "--help")) {
  process.stdout.write(usage);
  process.exit(0);
}
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(`there is no suite ${unknown.join(", ")}\n${usage}`);
  process.exit(2);
}

for (const { name, title, run } of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const figures = await run((line) => process.stderr.write(`${name}: ${line}\n`));
  if (typeof figures !== "string") {
    process.stderr.write(`${name}: not measured: ${figures.skipped}\n`);
    continue;
  }
  process.stdout.write(`\n${title}\n\n${figures}\n`);
  const body = `${machine()}\n\n${figures}`;
  await writeFile(page, withSection(await readFile(page, "utf8"), { name, title, body }));
}

/** What the figures were taken on, in one line. */
function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}.`;
}
