import { Observable, type Subscription } from "rxjs";

/** Remembers that a signal came until somebody asks. */
export class PendingSignal {
  readonly #subscription: Subscription;
  #pending = false;
  #wake: (() => void) | undefined;

  /** Emits as soon as no later signal is lost. */
  readonly stands: Observable<unknown>;

  /** @param signals subscribed to at once, until `close` */
  constructor(signals: Observable<unknown>, stands: Observable<unknown>) {
    this.stands = stands;
    this.#subscription = signals.subscribe(() => {
      this.#pending = true;
      this.#wake?.();
    });
  }

  /** Emits once, at once where a signal came since it was last asked. */
  readonly next = new Observable<void>((subscriber) => {
    const wake = (): void => {
      this.#pending = false;
      subscriber.next();
      subscriber.complete();
    };
    this.#wake = wake;
    if (this.#pending) wake();
    return () => {
      if (this.#wake === wake) this.#wake = undefined;
    };
  });

  close(): void {
    this.#subscription.unsubscribe();
  }
}
