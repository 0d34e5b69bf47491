import { BehaviorSubject, type Observable } from "rxjs";

/** One part of a program that has to work before the program can do its duty, such as `database`. */
export interface Part {
  ready(): void;
  /**
   * It can do its duty with what it has, but something is wrong: `serving revision 7, the store is away since …`. The
   * program stays ready, as taking every replica out of service would be worse, and `/readyz` shows the clause.
   */
  degraded(why: string): void;
  /** @param why a short clause for people: `connecting to localhost:6680` */
  notReady(why: string): void;
}

/** Whether a program can do its duty now, and what stands in the way. */
export interface Readiness {
  readonly ready: boolean;
  /** By part: `ready`, `degraded: …`, or why it is not ready. */
  readonly parts: Readonly<Record<string, string>>;
}

const readyText = "ready";

/** How a part stands, in the words of metrics. */
export const partStates = ["ready", "degraded", "not_ready"] as const;
export type PartState = (typeof partStates)[number];

interface Standing {
  readonly state: PartState;
  readonly text: string;
}

/** Collects what the parts of one program say of themselves. A program is ready when it is started and all parts are. */
export class ReadinessBoard {
  readonly #parts = new Map<string, Standing>([["start", { state: "not_ready", text: "starting" }]]);
  readonly #changes = new BehaviorSubject<Readiness>({ ready: false, parts: { start: "starting" } });

  /** The readiness now and each time it changes. */
  readonly changes: Observable<Readiness> = this.#changes.asObservable();

  get now(): Readiness {
    return this.#changes.value;
  }

  /** By part: how it stands now. */
  get states(): ReadonlyMap<string, PartState> {
    return new Map([...this.#parts].map(([part, { state }]) => [part, state]));
  }

  /** A part, not ready at first. Its name is unique within the program. */
  part(name: string): Part {
    const notReady = (why: string): void => this.set(name, { state: "not_ready", text: why });
    notReady("starting");
    return {
      ready: () => this.set(name, { state: "ready", text: readyText }),
      degraded: (why) => this.set(name, { state: "degraded", text: `degraded: ${why}` }),
      notReady,
    };
  }

  started(): void {
    this.set("start", { state: "ready", text: readyText });
  }

  draining(): void {
    this.set("start", { state: "not_ready", text: "draining" });
  }

  private set(name: string, standing: Standing): void {
    if (this.#parts.get(name)?.text === standing.text) return;
    this.#parts.set(name, standing);
    const parts = [...this.#parts];
    this.#changes.next({
      ready: parts.every(([, { state }]) => state !== "not_ready"),
      parts: Object.fromEntries(parts.map(([part, { text }]) => [part, text])),
    });
  }
}
