import { faults, type Fault } from "./faults.js";
import { Dice } from "@protomesh/testing/dice";
import { faultOptions, type FaultOptions } from "./options.js";
import { runFaults } from "./run.js";

/** Every other run: cursor and table alone must be enough. */
const withoutNotify = ["-store-postgres-notify=false", "-store-postgres-poll-interval=200ms"];

/** How many faults one arena goes through before a fresh one takes its place. */
const faultsPerRun = 8;

const { minutes, seed: firstSeed } = options();
const possible: Fault[] = [];
for (const fault of faults) {
  const objection = await fault.objection?.();
  if (objection === undefined) possible.push(fault);
  else process.stdout.write(`without "${fault.name}": ${objection}\n`);
}
const end = performance.now() + minutes * 60_000;
let seed = firstSeed;
do {
  process.stdout.write(`seed ${seed}${seed % 2 === 1 ? ", without NOTIFY" : ""}\n`);
  const { breaches, ...report } = await runFaults(
    { seed, stores: 2, writers: 8, watchers: 4, keys: 16, ...(seed % 2 === 1 && { settings: withoutNotify }) },
    sequence(seed),
    (name) => process.stdout.write(`  ${name}\n`),
  );
  process.stdout.write(`  ${JSON.stringify({ ...report, faults: report.faults.length })}\n`);
  if (breaches.length > 0) {
    for (const { promise, what } of breaches) process.stdout.write(`not ${promise}: ${what}\n`);
    process.stdout.write(`again by: npm run test:faults -- --seed ${seed}\n`);
    process.exit(1);
  }
  seed++;
} while (performance.now() < end);

/** Of the faults that can be had here, so that a seed gives the same run on machines of a kind. */
function* sequence(runSeed: number): Generator<Fault> {
  const random = new Dice(runSeed);
  for (let index = 0; index < faultsPerRun; index++) yield random.pick(possible);
}

/** Ends the process where there is nothing to be done. */
function options(): FaultOptions {
  const asked = faultOptions(process.argv.slice(2));
  if ("options" in asked) return asked.options;
  if ("help" in asked) {
    process.stdout.write(asked.help);
    process.exit(0);
  }
  process.stderr.write(asked.mistake);
  process.exit(2);
}
