import { join } from "node:path";
import { startChild, type Child } from "../children/child.js";
import { answers } from "../peers/answers.js";
import { flagsOf, type Component } from "./components.js";

export interface ComponentStart {
  /** The checkout's folder. */
  readonly checkout: string;
  /** Gives the start up. */
  readonly signal: AbortSignal;
  /** Each line that it writes. */
  readonly log: (line: string) => void;
}

/** Starts one of the shipped programs; settles when its admin port says that it is ready. */
export async function startComponent(component: Component, { checkout, signal, log }: ComponentStart): Promise<Child> {
  return startChild({
    name: component.name,
    command: process.execPath,
    args: [join(checkout, component.bin), ...flagsOf(component.settings)],
    variables: component.variables,
    ready: { when: () => answers(component.admin, "/readyz") },
    signal,
    log,
  });
}
