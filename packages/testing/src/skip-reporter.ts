import type { Reporter, TestModule } from "vitest/node";

/** Prints at the end which tests were left out and why, and a last line for machines: `N passed, N failed, N skipped`. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests("skipped")]);
    for (const test of skipped)
      print(`skipped: ${test.fullName} (${test.module.relativeModuleId}): ${noteOf(test.result())}`);
    const passed = count(modules, "passed");
    // A file that fails to load, and an error outside every test, fail the run as well.
    const broken = modules.filter((module) => module.state() === "failed" && count([module], "failed") === 0).length;
    print(`${passed} passed, ${count(modules, "failed") + broken + errors.length} failed, ${skipped.length} skipped`);
  }
}

function count(modules: readonly TestModule[], state: "passed" | "failed"): number {
  return modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
}

function noteOf(result: { readonly state: string; readonly note?: string | undefined }): string {
  return result.note ?? "no reason given";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
