import type { IfRunning } from "../plan/declared.js";
import type { OnDrop } from "../plan/on-drop.js";

/** What happens to one trigger, or to its workflow id. */
export type Event =
  | { readonly is: "declare"; readonly version: number; readonly ifRunning: IfRunning; readonly onDrop: OnDrop }
  /** Other arguments. */
  | { readonly is: "change"; readonly version: number }
  | { readonly is: "set if_running"; readonly ifRunning: IfRunning }
  | { readonly is: "set on_drop"; readonly onDrop: OnDrop }
  | { readonly is: "drop" }
  /** Somebody starts a workflow of that id. */
  | { readonly is: "foreign start" }
  /** The open run ends by itself, or by hand. */
  | { readonly is: "end"; readonly how: "COMPLETED" | "FAILED" | "CANCELLED" | "TERMINATED" };

export type RunState = "RUNNING" | Extract<Event, { is: "end" }>["how"];

export interface ModelRun {
  state: RunState;
  /** Undefined: not ours. */
  readonly version: number | undefined;
}

interface Declaration {
  version: number;
  ifRunning: IfRunning;
  onDrop: OnDrop;
}

/**
 * What the table of docs/worker.md makes of one trigger, event by event: every run that there is, in order. Written apart
 * from the planner and in other terms, so that the two can be held against each other.
 */
export class TriggerModel {
  readonly runs: ModelRun[] = [];
  declared: Declaration | undefined;

  get open(): ModelRun | undefined {
    const last = this.runs.at(-1);
    return last?.state === "RUNNING" ? last : undefined;
  }

  get states(): readonly RunState[] {
    return this.runs.map(({ state }) => state);
  }

  /** What the condition `Started` says; undefined where nothing is declared. */
  get reason(): string | undefined {
    if (this.declared === undefined) return undefined;
    const { open } = this;
    const own = this.runs.findLast(({ version }) => version === this.declared?.version);
    if (open === undefined || (open !== own && own !== undefined && this.#isDone(own))) return outcomeOf(own);
    if (open === own) return "Running";
    return open.version === undefined ? "Conflict" : "Stale";
  }

  /** How often the declared version has been started. */
  get starts(): number {
    return this.runs.filter(({ version }) => version !== undefined && version === this.declared?.version).length;
  }

  apply(event: Event): void {
    this.#happen(event);
    this.#settle();
  }

  #happen(event: Event): void {
    const { open, declared } = this;
    switch (event.is) {
      case "declare":
        this.declared = { version: event.version, ifRunning: event.ifRunning, onDrop: event.onDrop };
        break;
      case "change":
        if (declared !== undefined) declared.version = event.version;
        break;
      case "set if_running":
        if (declared !== undefined) declared.ifRunning = event.ifRunning;
        break;
      case "set on_drop":
        if (declared !== undefined) declared.onDrop = event.onDrop;
        break;
      case "drop":
        if (open?.version !== undefined && declared?.onDrop === "cancel") open.state = "CANCELLED";
        if (open?.version !== undefined && declared?.onDrop === "terminate") open.state = "TERMINATED";
        this.declared = undefined;
        break;
      case "foreign start":
        this.runs.push({ state: "RUNNING", version: undefined });
        break;
      case "end":
        if (open !== undefined) open.state = event.how;
        break;
    }
  }

  #settle(): void {
    if (this.declared === undefined) return;
    const { version, ifRunning } = this.declared;
    const own = this.runs.findLast((run) => run.version === version);
    if (own !== undefined && (own.state === "RUNNING" || this.#isDone(own))) return;
    const { open } = this;
    if (open !== undefined) {
      if (open.version === undefined || ifRunning === "abort") return;
      open.state = "TERMINATED";
    }
    this.runs.push({ state: "RUNNING", version });
  }

  #isDone({ state }: ModelRun): boolean {
    return state === "COMPLETED" || (state !== "RUNNING" && this.declared?.ifRunning === "overlap");
  }
}

function outcomeOf(run: ModelRun | undefined): string {
  if (run === undefined) throw new Error("a declared trigger without a run that it waits for has one of its own");
  return run.state.charAt(0) + run.state.slice(1).toLowerCase();
}
