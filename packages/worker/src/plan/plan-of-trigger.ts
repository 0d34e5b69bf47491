import { endOrNothing, type Ending, type Plan, type RunEnding } from "./action.js";
import { samePlace } from "./address.js";
import type { DeclaredTrigger } from "./declared.js";
import { leftoverOf, nothingLeft, type Leftover } from "./leftover.js";
import type { Observed, Outcome, Run } from "./observed.js";
import { isIntended, versionOf } from "./ownership.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Phase, Recorded } from "./recorded.js";
import { requestIdOf, signalRequestIdOf } from "./request-id.js";
import { isFinal, restartAt, restartsInRow } from "./restart.js";

/** The next step for a declared trigger without a schedule. */
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
  readonly #recorded: Recorded | undefined;
  /** The record, where it speaks of the declared version at the declared address. */
  readonly #last: Recorded | undefined;
  /** What is left at an address that the resource has moved away from, or of a schedule. */
  readonly #leftover: Leftover;

  constructor(declared: DeclaredTrigger, recorded: Recorded | undefined, observed: Observed, settings: PlanSettings) {
    this.#declared = declared;
    this.#observed = observed;
    this.#settings = settings;
    this.#recorded = recorded;
    const stays =
      recorded !== undefined && recorded.carrier === "workflow" && samePlace(recorded.address, declared.address);
    this.#last = stays && recorded.specHash === declared.specHash ? recorded : undefined;
    this.#leftover =
      stays || recorded === undefined
        ? nothingLeft
        : leftoverOf(declared.resourceId, recorded, observed, settings, "moved");
  }

  plan(): Plan {
    const { current } = this.#observed;
    if (this.#leftover.isFirstStep) return { ...this.#rest(), record: this.#recorded, standing: { is: "ending" } };
    if (this.#last?.phase.is === "refused") return this.#refused(this.#last, this.#last.phase.reason);
    if (current?.state.is === "running") return this.#besideRunning(current);
    const ended = this.#ended(current);
    return ended === undefined ? this.#start([]) : this.#after(ended);
  }

  #besideRunning(run: Run): Plan {
    const version = this.#versionOf(run);
    if (version === this.#declared.specHash) return this.#besideDeclared(run);
    const ended = this.#ended(run);
    if (ended !== undefined && isFinal(ended.outcome, this.#declared, this.#settings)) return this.#after(ended);
    return version === undefined ? this.#besideForeign(run, ended) : this.#besideOlder(run, version, ended);
  }

  #besideDeclared(run: Run): Plan {
    const wasStartedSo = run.mark?.specHash === this.#declared.specHash;
    // A run that follows the one that was told, by a retry, has begun with the arguments of the start.
    if (!wasStartedSo && this.#last?.toldRunId !== run.runId && this.#canBeTold(run)) return this.#tell(run);
    return this.#stay({ is: "started", firstRunId: run.firstRunId }, { is: "running" });
  }

  /** Beside a run of another version of this resource. */
  #besideOlder(run: Run, version: string, ended: Ended | undefined): Plan {
    if (this.#canBeTold(run)) return this.#tell(run);
    const mayBeReplaced =
      this.#declared.ifRunning === "overlap" || (run.state.is === "running" && run.state.waitsForTick);
    if (mayBeReplaced) return this.#start([this.#terminationOf(run)], ended);
    const record: Recorded = {
      ...this.#recordOf({ is: "started", firstRunId: run.firstRunId }, run.firstRunId),
      specHash: version,
    };
    return { ...this.#rest(), record, standing: { is: "stale", run } };
  }

  #besideForeign(run: Run, ended: Ended | undefined): Plan {
    switch (this.#aboutForeign()) {
      case "terminate":
        return this.#start([this.#terminationOf(run)], ended);
      case "adopt":
        return this.#stay({ is: "started", firstRunId: run.firstRunId }, { is: "running" });
      case "leave": {
        const record = ended === undefined ? this.#last : this.#recordOf(closed(ended), ended.firstRunId);
        return { ...this.#rest(), record, standing: { is: "conflict", run } };
      }
    }
  }

  /** Two resources that declare one workflow id would end each other's runs for ever. */
  #aboutForeign(): "leave" | "terminate" | "adopt" {
    const { ifForeign, ifRunning } = this.#declared;
    if (this.#observed.isRivals === true) return "leave";
    if (ifForeign !== "as-set") return ifForeign;
    return ifRunning === "overlap" && this.#settings.takesOverForeignRuns ? "terminate" : "leave";
  }

  /** Whether a signal makes the run one of the declared version. */
  #canBeTold({ mark, state }: Run): boolean {
    const { updateSignal, optionsHash } = this.#declared;
    const isUnderWay = state.is === "running" && !state.waitsForTick;
    return updateSignal !== "" && isUnderWay && mark?.optionsHash === optionsHash;
  }

  #tell(run: Run): Plan {
    const { runId, firstRunId } = run;
    return {
      action: {
        act: "signal",
        endings: this.#leftover.endings,
        runId,
        requestId: signalRequestIdOf(this.#settings.owner, this.#declared, runId),
      },
      record: { ...this.#recordOf({ is: "started", firstRunId }, firstRunId), toldRunId: runId },
      standing: { is: "running" },
    };
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
    return { ...this.#rest(), record: this.#recordOf(phase, phase.firstRunId), standing };
  }

  /** Nothing but what is left of a version elsewhere. */
  #rest(): Pick<Plan, "action"> {
    return { action: endOrNothing(this.#leftover.endings) };
  }

  #start(endings: readonly Ending[], ended?: Ended): Plan {
    const { resourceId, specHash } = this.#declared;
    const intended = this.#last?.phase.is === "intended" ? this.#last : undefined;
    const previousRunId = ended?.firstRunId ?? intended?.previousRunId;
    const restarts = this.#restartsOfStart(ended, intended);
    const previousOutcome = ended?.outcome ?? intended?.previousOutcome;
    const intent = this.#recordOf({ is: "intended" }, undefined);
    const record: Recorded = { ...intent, previousRunId, previousOutcome, restarts };
    const requestId = requestIdOf({ owner: this.#settings.owner, resourceId, specHash, previousRunId });
    return {
      action: { act: "start", endings: [...this.#leftover.endings, ...endings], requestId },
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
    const last = this.#leadsTo(firstRunId) ? this.#last : undefined;
    return {
      index,
      specHash,
      address,
      onDrop,
      carrier: "workflow",
      restarts: last?.restarts ?? 0,
      previousRunId: last?.previousRunId,
      previousOutcome: last?.previousOutcome,
      toldRunId: last?.toldRunId,
      phase,
    };
  }

  #restartsOf(firstRunId: string | undefined): number {
    return this.#leadsTo(firstRunId) ? (this.#last?.restarts ?? 0) : 0;
  }

  /** Whether the record speaks of this chain: names it, or intended it. */
  #leadsTo(firstRunId: string | undefined): boolean {
    if (this.#last === undefined || firstRunId === undefined) return false;
    const { phase, previousRunId } = this.#last;
    if (phase.is === "intended") return previousRunId !== firstRunId;
    return (phase.is === "started" || phase.is === "closed") && phase.firstRunId === firstRunId;
  }

  /** How the declared version ended: by the current run where it is of that version, else by the record. */
  #ended(current: Run | undefined): Ended | undefined {
    if (current?.state.is === "closed" && this.#isDeclared(current)) return endedRun(current, current.state);
    const phase = this.#last?.phase;
    if (phase?.is === "closed") return { ...phase, startedAt: undefined };
    const { recorded, at } = this.#observed;
    if (phase?.is === "intended" && recorded?.state.is === "closed" && this.#isIntended(recorded)) {
      return endedRun(recorded, recorded.state);
    }
    if (phase?.is !== "started") return undefined;
    if (recorded?.state.is === "closed") return endedRun(recorded, recorded.state);
    return { firstRunId: phase.firstRunId, outcome: "unknown", startedAt: undefined, closedAt: at };
  }

  #isDeclared(run: Run): boolean {
    return this.#versionOf(run) === this.#declared.specHash;
  }

  #isIntended(run: Run): boolean {
    const { resourceId } = this.#declared;
    return this.#last !== undefined && isIntended(run, resourceId, this.#last, this.#settings);
  }

  #versionOf(run: Run): string | undefined {
    return versionOf(run, this.#declared.resourceId, this.#recorded, this.#settings);
  }

  #terminationOf({ address, firstRunId }: Run): RunEnding {
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
