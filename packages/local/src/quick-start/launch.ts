import { ChildError } from "../children/child-error.js";
import { describeExit, type Exit } from "../children/exit.js";
import type { Places } from "./places.js";
import type { QuickStartSettings } from "./settings.js";
import type { Stack } from "./stack.js";
import type { Terminal } from "./terminal.js";

/** What every step of a start works with. */
export interface Launch {
  readonly settings: QuickStartSettings;
  readonly places: Places;
  /** The checkout's folder. */
  readonly checkout: string;
  /** Where the state is kept. */
  readonly folder: string;
  /** The variable PATH. */
  readonly path: string;
  readonly terminal: Terminal;
  readonly stack: Stack;
  /** Aborted, with the reason, when everything is to end. */
  readonly ending: AbortController;
}

/** A part that runs as a process. */
interface Process {
  readonly exited: Promise<Exit>;
  stop(): Promise<unknown>;
}

/** Takes a process that is being started into the launch: when it ends by itself, everything does. */
export async function keep<P extends Process>({ stack, ending }: Launch, name: string, start: Promise<P>): Promise<P> {
  const started = await stack.add(start, (part) => part.stop());
  void endWith(started);
  return started;

  async function endWith({ exited }: P): Promise<void> {
    ending.abort(new ChildError(`${name} ended by itself (${describeExit(await exited)})`, []));
  }
}
