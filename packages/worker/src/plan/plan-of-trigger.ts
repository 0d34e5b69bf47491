import { endOrNothing, type Ending, type Plan } from "./action.js";
import { samePlace } from "./address.js";
import type { DeclaredTrigger } from "./declared.js";
import { leftoverOf } from "./leftover.js";
import type { Observed, Outcome, Run } from "./observed.js";
import { isOurs } from "./ownership.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Phase, Recorded } from "./recorded.js";
import { requestIdOf } from "./request-id.js";
import { isFinal, restartAt, restartsInRow } from "./restart.js";

/** The next step for a declared trigger. */
export function planOfTrigger(
  declared: DeclaredTrigger,
  recorded: Recorded | undefined,
  observed: Observed,
  settings: PlanSettings,
): Plan {
  return new TriggerPlanner(declared, recorded, observed, settings).plan();
}

/** How the declared version last ended. */
interface Ended {
  readonly firstRunId: string;
  readonly outcome: Outcome;
  readonly startedAt: number | undefined;
  readonly closedAt: number;
}

class TriggerPlanner {
  readonly #declared: DeclaredTrigger;
  readonly #observed: Observed;
  readonly #settings: PlanSettings;
  /** The record, where it speaks of the declared version at the declared address. */
  readonly #last: Recorded | undefined;
  /** What is left at an address that the resource has moved away from. */
  readonly #leftover: readonly Ending[];

  constructor(declared: DeclaredTrigger, recorded: Recorded | undefined, observed: Observed, settings: PlanSettings) {
    this.#declared = declared;
    this.#observed = observed;
    this.#settings = settings;
    const stays = recorded !== undefined && samePlace(recorded.address, declared.address);
    this.#last = stays && recorded.specHash === declared.specHash ? recorded : undefined;
    const reason = `Protomesh resource ${declared.resourceId} declares another workflow id now`;
    this.#leftover =
      stays || recorded === undefined ? [] : leftoverOf(declared.resourceId, recorded, observed, settings, reason);
  }

  plan(): Plan {
    const { current } = this.#observed;
    if (this.#last?.phase.is === "refused") return this.#refused(this.#last, this.#last.phase.reason);
    if (current?.state.is === "running") return this.#besideRunning(current);
    const ended = this.#ended(current);
    return ended === undefined ? this.#start([]) : this.#after(ended);
  }

  #besideRunning(run: Run): Plan {
    if (this.#isDeclared(run)) {
      return this.#stay({ is: "started", firstRunId: run.firstRunId }, { is: "running" });
    }
    const ended = this.#ended(run);
    if (ended !== undefined && isFinal(ended.outcome, this.#declared, this.#settings)) return this.#after(ended);
    if (isOurs(run, this.#declared.resourceId, this.#settings)) return this.#besideOlder(run, ended);
    if (this.#declared.ifRunning === "overlap" && this.#settings.takesOverForeignRuns) {
      return this.#start([this.#terminationOf(run)], ended);
    }
    const record = ended === undefined ? this.#last : this.#recordOf(closed(ended), ended.firstRunId);
    return { action: endOrNothing(this.#leftover), record, standing: { is: "conflict", run } };
  }

  /** Beside a run of another version of this resource. */
  #besideOlder(run: Run, ended: Ended | undefined): Plan {
    const mayBeReplaced =
      this.#declared.ifRunning === "overlap" || (run.state.is === "running" && run.state.waitsForTick);
    if (mayBeReplaced) return this.#start([this.#terminationOf(run)], ended);
    const record: Recorded = {
      ...this.#recordOf({ is: "started", firstRunId: run.firstRunId }, run.firstRunId),
      specHash: run.mark?.specHash ?? "",
    };
    return { action: endOrNothing(this.#leftover), record, standing: { is: "stale", run } };
  }

  /** With no run open, after the declared version has ended. */
  #after(ended: Ended): Plan {
    const { outcome, closedAt, startedAt } = ended;
    if (isFinal(outcome, this.#declared, this.#settings)) return this.#stay(closed(ended), { is: "done", outcome });
    const restartIsIntended = this.#last?.phase.is === "intended" && this.#last.previousRunId === ended.firstRunId;
    if (restartIsIntended) return this.#start([], ended);
    const until = restartAt(closedAt, restartsInRow(this.#restartsOf(ended.firstRunId), startedAt, closedAt));
    if (until <= this.#observed.at) return this.#start([], ended);
    const waiting = this.#stay(closed(ended), { is: "restarting", outcome, until });
    return waiting.action.act === "nothing" ? { ...waiting, action: { act: "wait", until } } : waiting;
  }

  #refused(record: Recorded, reason: string): Plan {
    const { index, onDrop } = this.#declared;
    return { action: { act: "nothing" }, record: { ...record, index, onDrop }, standing: { is: "refused", reason } };
  }

  /** Keeps the run that the phase names. */
  #stay(phase: Phase & { firstRunId: string }, standing: Plan["standing"]): Plan {
    return { action: endOrNothing(this.#leftover), record: this.#recordOf(phase, phase.firstRunId), standing };
  }

  #start(endings: readonly Ending[], ended?: Ended): Plan {
    const { resourceId, specHash } = this.#declared;
    const intended = this.#last?.phase.is === "intended" ? this.#last : undefined;
    const previousRunId = ended?.firstRunId ?? intended?.previousRunId;
    const restarts = this.#restartsOfStart(ended, intended);
    const record: Recorded = { ...this.#recordOf({ is: "intended" }, undefined), previousRunId, restarts };
    const requestId = requestIdOf({ owner: this.#settings.owner, resourceId, specHash, previousRunId });
    return {
      action: { act: "start", endings: [...this.#leftover, ...endings], requestId },
      record,
      standing: { is: "starting" },
    };
  }

  #restartsOfStart(ended: Ended | undefined, intended: Recorded | undefined): number {
    if (ended === undefined || intended?.previousRunId === ended.firstRunId) return intended?.restarts ?? 0;
    return restartsInRow(this.#restartsOf(ended.firstRunId), ended.startedAt, ended.closedAt) + 1;
  }

  #recordOf(phase: Phase, firstRunId: string | undefined): Recorded {
    const { index, specHash, address, onDrop } = this.#declared;
    const previousRunId = this.#leadsTo(firstRunId) ? this.#last?.previousRunId : undefined;
    return { index, specHash, address, onDrop, restarts: this.#restartsOf(firstRunId), previousRunId, phase };
  }

  #restartsOf(firstRunId: string | undefined): number {
    return this.#leadsTo(firstRunId) ? (this.#last?.restarts ?? 0) : 0;
  }

  /** Whether the record speaks of this chain: names it, or intended it. */
  #leadsTo(firstRunId: string | undefined): boolean {
    if (this.#last === undefined || firstRunId === undefined) return false;
    const { phase, previousRunId } = this.#last;
    if (phase.is === "intended") return previousRunId !== firstRunId;
    return phase.is !== "refused" && phase.firstRunId === firstRunId;
  }

  /** How the declared version ended: by the current run where it is of that version, else by the record. */
  #ended(current: Run | undefined): Ended | undefined {
    if (current?.state.is === "closed" && this.#isDeclared(current)) return endedRun(current, current.state);
    const phase = this.#last?.phase;
    if (phase?.is === "closed") return { ...phase, startedAt: undefined };
    if (phase?.is !== "started") return undefined;
    const { recorded, at } = this.#observed;
    if (recorded?.state.is === "closed") return endedRun(recorded, recorded.state);
    return { firstRunId: phase.firstRunId, outcome: "unknown", startedAt: undefined, closedAt: at };
  }

  #isDeclared(run: Run): boolean {
    return isOurs(run, this.#declared.resourceId, this.#settings) && run.mark?.specHash === this.#declared.specHash;
  }

  #terminationOf({ address, firstRunId }: Run): Ending {
    const reason = `Protomesh resource ${this.#declared.resourceId} declares another version now`;
    return { address, firstRunId, how: "terminate", reason };
  }
}

function endedRun(run: Run, state: { outcome: Outcome; closedAt: number }): Ended {
  return { firstRunId: run.firstRunId, outcome: state.outcome, startedAt: run.startedAt, closedAt: state.closedAt };
}

function closed({ firstRunId, outcome, closedAt }: Ended): Phase & { firstRunId: string } {
  return { is: "closed", firstRunId, outcome, closedAt };
}
