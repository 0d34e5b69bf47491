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

interface PartState {
  readonly ready: boolean;
  readonly text: string;
}

/** Collects what the parts of one program say of themselves. A program is ready when it is started and all parts are. */
export class ReadinessBoard {
  readonly #parts = new Map<string, PartState>([["start", { ready: false, text: "starting" }]]);
  readonly #changes = new BehaviorSubject<Readiness>({ ready: false, parts: { start: "starting" } });

  /** The readiness now and each time it changes. */
  readonly changes: Observable<Readiness> = this.#changes.asObservable();

  get now(): Readiness {
    return this.#changes.value;
  }

  /** A part, not ready at first. Its name is unique within the program. */
  part(name: string): Part {
    const notReady = (why: string): void => this.set(name, { ready: false, text: why });
    notReady("starting");
    return {
      ready: () => this.set(name, { ready: true, text: readyText }),
      degraded: (why) => this.set(name, { ready: true, text: `degraded: ${why}` }),
      notReady,
    };
  }

  started(): void {
    this.set("start", { ready: true, text: readyText });
  }

  draining(): void {
    this.set("start", { ready: false, text: "draining" });
  }

  private set(name: string, state: PartState): void {
    if (this.#parts.get(name)?.text === state.text) return;
    this.#parts.set(name, state);
    const parts = [...this.#parts];
    this.#changes.next({
      ready: parts.every(([, { ready }]) => ready),
      parts: Object.fromEntries(parts.map(([part, { text }]) => [part, text])),
    });
  }
}
